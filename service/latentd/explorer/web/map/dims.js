// @ts-check
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";

/** @typedef {import("../state.js").State} State */

/**
 * Which two dimensions the map shows, where there are more.
 *
 * @param {HTMLElement} host
 * @param {State} state
 * @param {AbortSignal} signal
 */
export function openDims(host, state, signal) {
  for (const type of ["pointerdown", "wheel", "pointermove"]) {
    host.addEventListener(type, (event) => event.stopPropagation(), { signal, passive: true }); // it is not the map's
  }
  state.watch(
    ["model", "dims"],
    ({ model, dims }) => {
      host.hidden = !model || model.latentDim <= 2;
      render(model && !host.hidden ? pickers(model.latentDim, dims, state) : nothing, host);
    },
    signal,
  );
}

/**
 * @param {number} count
 * @param {[number, number]} dims
 * @param {State} state
 */
function pickers(count, dims, state) {
  const choose = (/** @type {0 | 1} */ axis, /** @type {number} */ dim) => {
    const other = dims[1 - axis] === dim ? dims[axis] : dims[1 - axis]; // they change places
    state.set({ dims: axis === 0 ? [dim, other] : [other, dim] });
  };
  const picker = (/** @type {0 | 1} */ axis, /** @type {string} */ name) => html`
    <label>
      ${name}
      <select
        aria-label="Latent dimension ${name}"
        @change=${(/** @type {Event} */ event) => choose(axis, Number(/** @type {HTMLSelectElement} */ (event.target).value))}
      >
        ${Array.from(
          { length: count },
          (_, dim) => html`<option value=${dim} .selected=${dim === dims[axis]}>latent ${dim}</option>`,
        )}
      </select>
    </label>
  `;
  return [picker(0, "across"), picker(1, "up")];
}
