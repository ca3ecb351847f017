// @ts-check
// What concerns the whole: the model's card, and the link to what is seen.

import { icons } from "../icons.js";
import { writeLink } from "../link.js";
import { css } from "../sheet.js";
import { html, render } from "../vendor/lit-html/lit-html.js";

export const actionStyles = css`
  .actions {
    position: relative;
    display: flex;
    gap: 8px;
  }
  .actions > div {
    display: contents;
  }
  .by-hand {
    position: absolute;
    top: calc(100% + 8px);
    right: 0;
    z-index: 6;
    display: grid;
    gap: 6px;
    width: min(360px, 90cqw);
    padding: 12px 14px;
    border-radius: 12px;
    background: var(--raised);
    box-shadow:
      0 0 0 1px var(--line),
      var(--shadow);
    font-size: 13px;
  }
  .by-hand input {
    width: 100%;
    min-height: 36px;
    padding: 0 10px;
    border: 1px solid var(--line-strong);
    border-radius: 8px;
    background: var(--well);
    color: inherit;
    font: 12px var(--figures);
  }
  @container shell (max-width: 960px) {
    .actions {
      gap: 4px;
    }
    .actions .button {
      width: 36px;
      padding: 0;
    }
    .actions .button span {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }
  @media (pointer: coarse) {
    .actions .button {
      min-width: 44px;
    }
  }
`;

/**
 * @param {HTMLElement} host
 * @param {import("../explorer.js").Explorer} explorer
 * @param {AbortSignal} signal
 */
export function openActions(host, explorer, signal) {
  const { state, client } = explorer;
  const showCard = () => state.set({ parameters: { ...state.now.parameters, card: "open" } });
  const copy = async () => {
    const link = `${client.server.href}#${writeLink(state.now)}`;
    try {
      await navigator.clipboard.writeText(link);
      explorer.say("Link copied.");
    } catch {
      offer(/** @type {HTMLElement} */ (host.lastElementChild), link);
    }
  };
  state.watch(
    ["model"],
    ({ model }) =>
      render(
        html`
          <button class="button" title="The model's card" aria-haspopup="dialog" ?disabled=${!model} @click=${showCard}>
            ${icons.info}<span>Model card</span>
          </button>
          <button class="button" title="Copy a link to what is seen" ?disabled=${!model} @click=${copy}>
            ${icons.link}<span>Copy link</span>
          </button>
          <div></div>
        `,
        host,
      ),
    signal,
  );
}

/**
 * Where the browser does not let us write to the clipboard, such as on pages without HTTPS: the link, to be copied by
 * hand.
 *
 * @param {HTMLElement} host
 * @param {string} link
 */
function offer(host, link) {
  const close = () => render(html``, host);
  const hear = (/** @type {KeyboardEvent} */ { key }) => key === "Escape" && close();
  render(
    html`<label class="by-hand">
      Copy the link from here
      <input readonly .value=${link} @blur=${() => setTimeout(close)} @keydown=${hear} />
    </label>`,
    host,
  );
  const input = /** @type {HTMLInputElement} */ (host.querySelector("input"));
  input.focus();
  input.select();
}
