// @ts-check
import { icons } from "../icons.js";
import { css } from "../sheet.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { levelOf, valueAt } from "./scale.js";

const MOVED = 1e-6; // of a latent unit: less is no move

/**
 * @typedef {object} Sliders
 * @property {import("../model.js").Model} model
 * @property {number[]} order the dimensions that are shown
 * @property {[number, number]} dims those that the map shows
 * @property {Float32Array} latent [L]
 * @property {Float32Array} base [L] what the sliders are put back to
 * @property {(dim: number, value: number) => void} move
 * @property {(dim: number) => void} reset
 */

export const sliderStyles = css`
  .sliders {
    display: grid;
    gap: 2px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .sliders li {
    display: grid;
    grid-template-columns: 76px minmax(0, 1fr) 58px 36px;
    gap: 0 8px;
    align-items: center;
    min-height: 40px;
  }
  .sliders label {
    font-size: 14px;
    font-weight: 550;
    white-space: nowrap;
  }
  .sliders .axis {
    color: var(--quiet);
    font-weight: 450;
  }
  .sliders .track {
    position: relative;
  }
  .sliders .track input {
    position: relative;
    display: block;
  }
  .sliders .track svg {
    position: absolute;
    inset: 0 8px;
    width: calc(100% - 16px);
    height: 100%;
    overflow: visible;
    pointer-events: none;
  }
  .sliders .track rect {
    fill: var(--line-strong);
  }
  .sliders output {
    text-align: right;
  }
  .sliders .button {
    border-color: transparent;
    background: none;
    color: var(--quiet);
  }
  .sliders .button:hover {
    color: var(--ink);
    background: var(--well);
  }
  @media (pointer: coarse) {
    .sliders li {
      grid-template-columns: 72px minmax(0, 1fr) 54px 44px;
      min-height: 48px;
    }
    .sliders input {
      height: 44px;
    }
  }
`;

/** @param {Sliders} sliders */
export function sliderList(sliders) {
  return html`<ul class="sliders" role="list">
    ${sliders.order.map((dim) => slider(dim, sliders))}
  </ul>`;
}

/**
 * @param {number} dim
 * @param {Sliders} sliders
 */
function slider(dim, { model, dims, latent, base, move, reset }) {
  const level = levelOf(model.quantiles, dim, latent[dim]);
  const start = levelOf(model.quantiles, dim, base[dim]);
  const isMoved = Math.abs(latent[dim] - base[dim]) > MOVED;
  const value = signed(latent[dim]);
  const slide = (/** @type {Event} */ event) =>
    move(dim, valueAt(model.quantiles, dim, Number(/** @type {HTMLInputElement} */ (event.target).value)));
  return html`<li>
    <label for="latent-${dim}">latent ${dim}${axis(dims.indexOf(dim))}</label>
    <span class="track">
      <svg aria-hidden="true">
        <rect x="${start.toFixed(1)}%" y="50%" transform="translate(-1 -9)" width="2" height="18" rx="1" />
      </svg>
      <input
        type="range"
        id="latent-${dim}"
        min="0"
        max="100"
        step="0.5"
        aria-valuetext="${value}, at level ${level.toFixed(0)} of 100"
        .value=${level.toFixed(1)}
        @input=${slide}
      />
    </span>
    <output class="figures" for="latent-${dim}">${value}</output>
    ${
      isMoved
        ? html`<button
            class="button icon"
            aria-label="Put latent ${dim} back"
            title="Back to ${signed(base[dim])}"
            @click=${() => reset(dim)}
          >
            ${icons.undo}
          </button>`
        : nothing
    }
  </li>`;
}

/** @param {number} place 0 across, 1 up, −1 not on the map */
function axis(place) {
  if (place < 0) return nothing;
  const [arrow, words] = place === 0 ? ["↔", "across the map"] : ["↕", "up the map"];
  return html` <span class="axis" title=${words}
    ><span aria-hidden="true">${arrow}</span><span class="unseen">, ${words}</span></span
  >`;
}

/** @param {number} value */
export function signed(value) {
  const digits = Math.abs(value) >= 100 ? 0 : 2;
  return (value < 0 ? "−" : "") + Math.abs(value).toFixed(digits);
}
