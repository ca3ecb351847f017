// @ts-check
import { icons } from "../icons.js";
import { html, render } from "../vendor/lit-html/lit-html.js";

/**
 * @typedef {object} Tools
 * @property {(factor: number) => void} zoom
 * @property {() => void} fit
 */

/**
 * What stands beside the legend: how much of the backdrop shines through, and zoom.
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
    ["model", "backdrop"],
    ({ model, backdrop }) =>
      render(
        html`
          ${
            model?.pictureShape
              ? html`<label class="fader" title="How much of the decoded grid shines through">
                  ${icons.layers}<span class="unseen">Decoded grid</span>
                  <input type="range" min="0" max="100" .value=${String(Math.round(backdrop * 100))} @input=${fade} />
                </label>`
              : ""
          }
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
        `,
        host,
      ),
    signal,
  );
}
