// @ts-check
import { css } from "../sheet.js";
import { keyPrompt } from "./key-prompt.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";

/**
 * @typedef {import("../explorer.js").Explorer} Explorer
 * @typedef {Readonly<import("../state.js").Shared>} Shared
 */

const SHOWN = 2500; // milliseconds that a recovery is told
const TICK = 250; // milliseconds between two looks at how long it is to wait
/** @type {string[]} */
const AWAY = ["unreachable", "barred", "busy"];

export const statusStyles = css`
  .status {
    position: absolute;
    inset: 76px 16px auto;
    z-index: 5;
    display: grid;
    grid-template: max-content / minmax(0, 1fr);
    justify-items: center;
    pointer-events: none;
  }
  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 10px 14px;
    max-width: 560px;
    min-height: 44px;
    padding: 8px 12px 8px 16px;
    border: 1px solid var(--line);
    border-radius: 12px;
    background: var(--raised);
    box-shadow: var(--shadow);
    font-size: 14px;
    pointer-events: auto;
  }
  .notice::before {
    content: "";
    flex: none;
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--accent);
  }
  .notice .what {
    flex: 1 1 220px;
    max-width: 60ch;
    text-wrap: pretty;
  }
  .notice .again {
    display: flex;
    gap: 14px;
    align-items: center;
    margin-left: auto;
  }
  .notice .wait {
    color: var(--quiet);
    font-variant-numeric: tabular-nums;
  }
  .notice code {
    padding: 1px 5px;
    border-radius: 5px;
    background: var(--well);
    font: 12px var(--figures);
    overflow-wrap: anywhere;
    user-select: all;
  }
  .notice.unreachable::before,
  .notice.barred::before,
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
  @container shell (max-width: 760px) {
    .status {
      position: sticky;
      inset: auto 12px 12px;
      align-content: end;
      height: 0;
      padding: 0 12px;
    }
  }
`;

/**
 * What there is to say of the server: that it is silent or busy and when it is asked again, that a model is missing, and
 * that all is well again. What else is to be told for a moment (`said`) has its place here too.
 *
 * @param {HTMLElement} host
 * @param {Explorer} explorer
 * @param {AbortSignal} signal
 */
export function openStatus(host, explorer, signal) {
  const { state } = explorer;
  host.setAttribute("role", "status");
  let wasAway = false;
  let wasTyping = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const show = () => {
    clearTimeout(timer);
    render(notice(state.now, explorer), host);
    if (AWAY.includes(state.now.connection.kind)) timer = setTimeout(show, TICK);
  };
  const tell = (/** @type {string} */ words) => {
    clearTimeout(timer);
    render(html`<div class="notice ready">${words}</div>`, host);
    timer = setTimeout(show, SHOWN);
  };
  const hear = () => {
    const { kind } = state.now.connection;
    const hadFocus = wasTyping;
    wasTyping = kind === "loading" && (hadFocus || host.querySelector("form") !== null);
    if (kind === "ready" && wasAway) tell("The server answers again.");
    else show();
    // What was typed was wrong and is typed again, or there is nothing else to do yet.
    const isFirst = state.now.model === null && document.activeElement === document.body;
    if (hadFocus || isFirst) host.querySelector("input")?.focus({ preventScroll: true });
    wasAway = AWAY.includes(kind) || (wasAway && kind === "loading");
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  state.watch(["connection"], hear, signal);
  state.watch(["said"], ({ said, connection }) => said && connection.kind === "ready" && tell(said.words), signal);
}

/**
 * @param {Shared} now
 * @param {Explorer} explorer
 */
function notice({ connection, models }, explorer) {
  const { kind, detail, again } = connection;
  const waiting = html`<span class="again">
    <span class="wait">Trying again <span aria-hidden="true">${inSeconds(again)}</span></span>
    <button class="button" @click=${() => explorer.client.tryNow()}>Try now</button>
  </span>`;
  switch (kind) {
    case "ready":
      return nothing;
    case "loading":
      return html`<div class="notice loading">Loading ${detail || "the models"} …</div>`;
    case "busy":
      return html`<div class="notice busy"><span class="what">The server is busy.</span>${waiting}</div>`;
    case "unreachable":
      return html`<div class="notice unreachable"><span class="what">${silence(explorer)}</span>${waiting}</div>`;
    case "barred":
      return html`<div class="notice barred">${barrier(explorer)}${waiting}</div>`;
    case "locked":
    case "unknown":
    case "weak":
      return keyPrompt(kind, (key) => explorer.unlock(key));
    case "missing":
      return html`<div class="notice missing">
        <span class="what">${detail}</span>
        ${models.map(
          ({ name }) => html`<button class="button" @click=${() => explorer.chooseModel(name)}>Open ${name}</button>`,
        )}
      </div>`;
    case "failed":
      return html`<div class="notice failed"><span class="what">The server says: ${detail}</span></div>`;
  }
}

/** @param {Explorer} explorer */
function silence({ client }) {
  return client.server.origin === location.origin
    ? "The server does not answer."
    : `${client.server.host} does not answer.`;
}

/** @param {Explorer} explorer */
function barrier({ client }) {
  return html`<span class="what">
    <strong>${client.server.host} is there, but does not let this page read its answers.</strong>
    Whoever runs it can allow that, by starting it with <code>LATENTD_CORS_ORIGINS=${location.origin}</code>
  </span>`;
}

/** @param {number | undefined} time in the milliseconds of `performance.now()` */
function inSeconds(time = 0) {
  const seconds = Math.ceil((time - performance.now()) / 1000);
  return seconds > 0 ? `in ${seconds} s` : "…";
}
