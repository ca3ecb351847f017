// @ts-check
// The two ends of a way: each is a held-out row or a place in the latent space.

import { icons } from "../icons.js";
import { className, heldOutLatent, noun } from "../model.js";
import { css } from "../sheet.js";
import { html } from "../vendor/lit-html/lit-html.js";
import { anyRow, classesOf, nearestRow, rowOf, typicalRow } from "./rows.js";

/** @typedef {import("../model.js").Model} Model */

/**
 * @typedef {object} End
 * @property {Float32Array} latent [L]
 * @property {number | null} row of the held-out set, where it is one
 */

export const endStyles = css`
  .ends {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 10px;
  }
  .end {
    display: grid;
    grid-template-columns: 72px minmax(0, 1fr);
    gap: 8px 10px;
    align-items: center;
    min-width: 0;
    margin: 0;
    padding: 10px;
    border: 1px solid var(--line);
    border-radius: 12px;
  }
  .end legend {
    float: left;
    padding: 0 4px;
    color: var(--quiet);
    font-size: 13px;
    font-weight: 600;
  }
  .end strong,
  .end .what span {
    display: block;
  }
  .end .what {
    min-width: 0;
    font-size: 13px;
    line-height: 1.35;
  }
  .end .what span {
    color: var(--quiet);
  }
  .end .change {
    grid-column: 1 / -1;
    min-width: 0;
  }
  .end .row {
    flex-wrap: nowrap;
    gap: 6px;
  }
  .end select {
    flex: 1 1 0;
    min-width: 0;
    min-height: 36px;
  }
  .end .button {
    flex: none;
    padding: 0 10px;
  }
  @media (pointer: coarse) {
    .end select {
      min-height: 44px;
    }
  }
`;

/**
 * @param {Model} model
 * @param {number} row
 * @returns {End}
 */
export function endAtRow(model, row) {
  return { latent: heldOutLatent(model, row), row };
}

/**
 * @param {Model} model
 * @param {Float32Array} latent
 * @returns {End}
 */
export function endAt(model, latent) {
  return { latent, row: rowOf(model, latent) };
}

/**
 * Two digits to begin with: the one nearest to the handle, and a typical one of the class that lies farthest from it.
 *
 * @param {Model} model
 * @param {Float32Array} latent
 * @returns {[End, End]}
 */
export function usualEnds(model, latent) {
  const first = endAtRow(model, nearestRow(model, latent) ?? 0);
  const far = (/** @type {number} */ row) =>
    Math.hypot(...heldOutLatent(model, row).map((value, dim) => value - first.latent[dim]));
  const rows = classesOf(model).map(({ label }) => typicalRow(model, label));
  if (rows.length === 0) rows.push(0, model.heldOut.count - 1);
  return [
    first,
    endAtRow(
      model,
      rows.reduce((best, row) => (far(row) > far(best) ? row : best)),
    ),
  ];
}

/**
 * An end as a link holds it: `held-out-12`, or the latent itself.
 *
 * @param {End} end
 */
export function writeEnd({ row, latent }) {
  return row === null ? [...latent].map((value) => Number(value.toPrecision(5))).join(",") : `held-out-${row}`;
}

/**
 * The end that a link holds, or null where it is none of this model's.
 *
 * @param {Model} model
 * @param {string | undefined} text
 * @returns {End | null}
 */
export function readEnd(model, text) {
  const row = Number(text?.match(/^held-out-(\d+)$/)?.[1] ?? NaN);
  if (row < model.heldOut.count) return endAtRow(model, row);
  const latent = Float32Array.from(text?.split(",") ?? [], (word) => (word.trim() === "" ? NaN : Number(word)));
  return latent.length === model.latentDim && latent.every(Number.isFinite) ? { latent, row: null } : null;
}

/**
 * What an end says of itself, and what gets another in its place.
 *
 * @param {Model} model
 * @param {End} end
 * @param {string} which "From" or "To"
 * @param {{ choose: (end: End) => void, pick: () => void, picking: boolean }} actions
 */
export function endControls(model, end, which, { choose, pick, picking }) {
  const classes = classesOf(model);
  const label = end.row === null ? null : (model.heldOut.labels?.[end.row] ?? null);
  const another = (/** @type {number} */ of) => choose(endAtRow(model, anyRow(model, of)));
  const change = (/** @type {Event} */ event) => another(Number(/** @type {HTMLSelectElement} */ (event.target).value));
  return html`
    <span class="row">
      ${
        classes.length
          ? html`<select aria-label="${which}: a held-out ${noun(model)}" @change=${change}>
              <option value="" disabled .selected=${label === null}>${noun(model)} …</option>
              ${classes.map(
                ({ label: value, name }) => html`<option value=${value} .selected=${value === label}>${name}</option>`,
              )}
            </select>`
          : ""
      }
      <button
        class="button icon"
        aria-label="${which}: another ${noun(model)}"
        title="Another ${noun(model)}"
        @click=${() => another(label ?? classes[Math.floor(Math.random() * classes.length)]?.label ?? 0)}
      >
        ${icons.dice}
      </button>
      <button
        class="button icon"
        aria-label="${which}: pick on the map"
        title="Pick on the map"
        aria-pressed=${picking}
        @click=${pick}
      >
        ${icons.target}
      </button>
    </span>
  `;
}

/**
 * @param {Model} model
 * @param {End} end
 */
export function endName(model, { row }) {
  if (row === null) return html`<strong>A place</strong><span>no ${noun(model)}'s latent</span>`;
  const name = className(model, row);
  return html`<strong>${name === null ? noun(model) : `A ${name}`}</strong><span>held-out ${noun(model)} ${row}</span>`;
}

/**
 * What an end is called on the map and by those who read aloud.
 *
 * @param {Model} model
 * @param {End} end
 */
export function shortName(model, { row }) {
  return row === null ? "" : (className(model, row) ?? String(row));
}
