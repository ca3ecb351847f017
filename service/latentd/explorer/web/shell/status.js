// @ts-check
import { css } from "../sheet.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";

/**
 * @typedef {import("../explorer.js").Explorer} Explorer
 * @typedef {Readonly<import("../state.js").Shared>} Shared
 */

const SHOWN_AGAIN = 2500; // milliseconds that a recovery is told

export const statusStyles = css`
  .status {
    position: absolute;
    inset: 76px 16px auto;
    z-index: 5;
    display: grid;
    justify-items: center;
    pointer-events: none;
  }
  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 10px 14px;
    max-width: 560px;
    padding: 10px 12px 10px 16px;
    border: 1px solid var(--line);
    border-radius: 12px;
    background: var(--raised);
    box-shadow: var(--shadow);
    font-size: 14px;
    pointer-events: auto;
  }
  .notice::before {
    content: "";
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--accent);
  }
  .notice.unreachable::before,
  .notice.failed::before,
  .notice.missing::before {
    background: var(--warm);
  }
  .notice.loading::before,
  .notice.busy::before {
    animation: breathe 1.2s ease-in-out infinite alternate;
  }
  @keyframes breathe {
    to {
      opacity: 0.25;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .notice::before {
      animation: none !important;
    }
  }
`;

/**
 * What there is to say of the server: that it is silent or busy and is asked again, that a model is missing, and that
 * all is well again.
 *
 * @param {HTMLElement} host
 * @param {Explorer} explorer
 * @param {AbortSignal} signal
 */
export function openStatus(host, explorer, signal) {
  host.setAttribute("role", "status");
  let wasAway = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  signal.addEventListener("abort", () => clearTimeout(timer));
  explorer.state.watch(
    ["connection"],
    (now) => {
      clearTimeout(timer);
      const { kind } = now.connection;
      const isBack = kind === "ready" && wasAway;
      render(isBack ? html`<div class="notice ready">The server answers again.</div>` : notice(now, explorer), host);
      if (isBack) timer = setTimeout(() => render(nothing, host), SHOWN_AGAIN);
      wasAway = kind === "unreachable" || kind === "busy";
    },
    signal,
  );
}

/**
 * @param {Shared} now
 * @param {Explorer} explorer
 */
function notice({ connection, models }, explorer) {
  const { kind, detail } = connection;
  const again = html`<button class="button" @click=${() => explorer.client.tryNow()}>Try now</button>`;
  switch (kind) {
    case "ready":
      return nothing;
    case "loading":
      return html`<div class="notice loading">Loading ${detail || "the models"} …</div>`;
    case "busy":
      return html`<div class="notice busy">The server is busy. Trying again … ${again}</div>`;
    case "unreachable":
      return html`<div class="notice unreachable">${silence(explorer)} Trying again … ${again}</div>`;
    case "missing":
      return html`<div class="notice missing">
        ${detail}
        ${models.map(
          ({ name }) => html`<button class="button" @click=${() => explorer.chooseModel(name)}>Open ${name}</button>`,
        )}
      </div>`;
    case "failed":
      return html`<div class="notice failed">The server says: ${detail}</div>`;
  }
}

/** @param {Explorer} explorer */
function silence({ client }) {
  if (client.server.origin === location.origin) return "The server does not answer.";
  return `${client.server.host} does not answer, or does not let pages of ${location.origin} ask (LATENTD_CORS_ORIGINS).`;
}
