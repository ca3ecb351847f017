// @ts-check
import { icons } from "../icons.js";
import { html, render } from "../vendor/lit-html/lit-html.js";

/**
 * @typedef {object} Tools
 * @property {(factor: number) => void} zoom
 * @property {() => void} fit
 */

/**
 * What stands on the map beside the legend: zoom, how much of the backdrop shines through, and where there are more than
 * two, which dimensions it shows.
 *
 * @param {HTMLElement} host
 * @param {import("../explorer.js").Explorer} explorer
 * @param {Tools} tools
 * @param {AbortSignal} signal
 */
export function openTools(host, { state }, { zoom, fit }, signal) {
  const fade = (/** @type {Event} */ event) =>
    state.set({ backdrop: Number(/** @type {HTMLInputElement} */ (event.target).value) / 100 });
  state.watch(
    ["model", "backdrop", "dims"],
    ({ model, backdrop, dims }) =>
      render(
        html`
          <div class="zoom" role="group" aria-label="Zoom">
            <button class="button icon" aria-label="Zoom in" title="Zoom in (+)" @click=${() => zoom(1.5)}>
              ${icons.plus}
            </button>
            <button class="button icon" aria-label="Zoom out" title="Zoom out (−)" @click=${() => zoom(1 / 1.5)}>
              ${icons.minus}
            </button>
            <button class="button icon" aria-label="Show everything" title="Show everything (0)" @click=${fit}>
              ${icons.fit}
            </button>
          </div>
          ${
            model?.pictureShape
              ? html`<label class="fader" title="How much of the decoded grid shines through">
                  ${icons.layers}<span class="unseen">Decoded grid</span>
                  <input type="range" min="0" max="100" .value=${String(Math.round(backdrop * 100))} @input=${fade} />
                </label>`
              : ""
          }
          ${model && model.latentDim > 2 ? dimensions(model.latentDim, dims, state) : ""}
        `,
        host,
      ),
    signal,
  );
}

/**
 * @param {number} count
 * @param {[number, number]} dims
 * @param {import("../state.js").State} state
 */
function dimensions(count, dims, state) {
  const choose = (/** @type {0 | 1} */ axis, /** @type {Event} */ event) => {
    const dim = Number(/** @type {HTMLSelectElement} */ (event.target).value);
    /** @type {[number, number]} */
    const chosen = [...dims];
    chosen[axis] = dim;
    if (dims[1 - axis] === dim) chosen[1 - axis] = dims[axis]; // they change places
    state.set({ dims: chosen });
  };
  const picker = (/** @type {0 | 1} */ axis, /** @type {string} */ name) => html`
    <label>
      <span>${name}</span>
      <select aria-label="Latent dimension ${name}" @change=${(/** @type {Event} */ event) => choose(axis, event)}>
        ${Array.from({ length: count }, (_, dim) => html`<option value=${dim} .selected=${dim === dims[axis]}>${dim}</option>`)}
      </select>
    </label>
  `;
  return html`<div class="dims" role="group" aria-label="Dimensions of the map">${picker(0, "across")} ${picker(1, "up")}</div>`;
}
