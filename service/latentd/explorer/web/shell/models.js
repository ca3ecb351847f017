// @ts-check
import { css } from "../sheet.js";
import { html, render } from "../vendor/lit-html/lit-html.js";

const FEW = 4;

export const pickerStyles = css`
  .models {
    min-width: 0;
  }
  .segments {
    display: flex;
    gap: 2px;
    max-width: 100%;
    padding: 3px;
    border-radius: 12px;
    background: light-dark(#e8e5de, #1b1f27);
    overflow-x: auto;
    scrollbar-width: none;
  }
  .segments button {
    flex: 1 0 auto;
    min-height: 32px;
    padding: 0 14px;
    border: 0;
    border-radius: 9px;
    background: none;
    color: var(--quiet);
    font-size: 14px;
    font-weight: 550;
    white-space: nowrap;
    cursor: pointer;
  }
  .segments button:hover {
    color: var(--ink);
  }
  .segments button[aria-checked="true"] {
    background: var(--raised);
    color: var(--ink);
    box-shadow: 0 1px 3px light-dark(#1c1f2622, #0008);
  }
  @media (pointer: coarse) {
    .segments button {
      min-height: 42px;
    }
  }
`;

/**
 * The models of the server, one of which is shown: side by side where they are few.
 *
 * @param {HTMLElement} host
 * @param {import("../explorer.js").Explorer} explorer
 * @param {AbortSignal} signal
 */
export function openModelPicker(host, explorer, signal) {
  explorer.state.watch(
    ["models", "model", "connection"],
    ({ models, model, connection }) => {
      const asked = connection.kind === "loading" ? connection.detail : null;
      const chosen = asked || model?.name;
      if (models.length > FEW) render(asList(models, chosen, explorer), host);
      else if (models.length > 1) render(sideBySide(models, chosen, explorer), host);
    },
    signal,
  );
}

/**
 * @param {import("../client.js").ModelSummary[]} models
 * @param {string | undefined} chosen
 * @param {import("../explorer.js").Explorer} explorer
 */
function sideBySide(models, chosen, explorer) {
  const step = (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = models.findIndex(({ name }) => name === chosen);
    const next = (at + by + models.length) % models.length;
    const buttons = /** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("button");
    explorer.chooseModel(models[next].name);
    buttons[next].focus();
  };
  return html`
    <div class="segments" role="radiogroup" aria-label="Model" @keydown=${step}>
      ${models.map(
        ({ name, description }) => html`
          <button
            role="radio"
            aria-checked=${name === chosen}
            tabindex=${name === chosen ? 0 : -1}
            title=${description}
            @click=${() => explorer.chooseModel(name)}
          >
            ${name}
          </button>
        `,
      )}
    </div>
  `;
}

/**
 * @param {import("../client.js").ModelSummary[]} models
 * @param {string | undefined} chosen
 * @param {import("../explorer.js").Explorer} explorer
 */
function asList(models, chosen, explorer) {
  const choose = (/** @type {Event} */ event) =>
    explorer.chooseModel(/** @type {HTMLSelectElement} */ (event.target).value);
  return html`
    <select aria-label="Model" @change=${choose}>
      ${models.map(({ name }) => html`<option value=${name} .selected=${name === chosen}>${name}</option>`)}
    </select>
  `;
}
