// @ts-check
// The latents of GET /grid as it is asked without parameters, and which of them lie in gaps.

import { valueAt } from "../adjust/scale.js";
import { normalQuantile } from "../way/normal.js";
import { GAP, supportOf } from "../way/support.js";

/** @typedef {import("../model.js").Model} Model */

const SIDE = 20;
const [LOW, HIGH] = [0.05, 0.95];

/**
 * @typedef {object} Cells
 * @property {Float32Array} latents [SIDE·SIDE, L], from left to right and from bottom to top
 * @property {Float64Array} support [SIDE·SIDE]
 * @property {number} share that of the cells in gaps, 0 to 1
 * @property {[Float32Array, Float32Array][]} gaps the lower left and the upper right corners of those
 */

/**
 * @param {Model} model
 * @param {[number, number]} dims
 * @returns {Cells}
 */
export function cellsOf(model, dims) {
  const base = middleOf(model);
  const [across, up] = dims.map((dim) => levels(SIDE).map((level) => quantile(model, dim, level)));
  const latents = new Float32Array(SIDE * SIDE * model.latentDim);
  for (let cell = 0; cell < SIDE * SIDE; cell++) {
    const latent = moved(base, dims, across[cell % SIDE], up[Math.floor(cell / SIDE)]);
    latents.set(latent, cell * model.latentDim);
  }
  const support = supportOf(model).of(latents);
  const [columns, rows] = [edges(across), edges(up)];
  const gaps = [...support.keys()]
    .filter((cell) => support[cell] < GAP)
    .map((cell) => [cell % SIDE, Math.floor(cell / SIDE)])
    .map(
      ([column, row]) =>
        /** @type {[Float32Array, Float32Array]} */ ([
          moved(base, dims, columns[column], rows[row]),
          moved(base, dims, columns[column + 1], rows[row + 1]),
        ]),
    );
  return { latents, support, share: gaps.length / support.length, gaps };
}

/**
 * Where the other dimensions are held: in the prior's middle, or at the training latents' median.
 *
 * @param {Model} model
 */
function middleOf(model) {
  return Float32Array.from({ length: model.latentDim }, (_, dim) => quantile(model, dim, 0.5));
}

/**
 * @param {Model} model
 * @param {number} dim
 * @param {number} level 0 to 1
 */
function quantile(model, dim, level) {
  return hasPrior(model) ? normalQuantile(level) : valueAt(model.quantiles, dim, level * 100);
}

/** @param {Model} model */
export function hasPrior({ manifest }) {
  return manifest.density.source === "prior";
}

/** @param {number} count */
function levels(count) {
  return Array.from({ length: count }, (_, at) => LOW + ((HIGH - LOW) * at) / (count - 1));
}

/**
 * The edges of cells around these middles.
 *
 * @param {number[]} middles ascending
 */
function edges(middles) {
  const between = middles.slice(1).map((value, at) => (value + middles[at]) / 2);
  const [first, last] = [middles[0], middles[middles.length - 1]];
  return [2 * first - between[0], ...between, 2 * last - between[between.length - 1]];
}

/**
 * @param {Float32Array} base
 * @param {[number, number]} dims
 * @param {number} across
 * @param {number} up
 */
function moved(base, dims, across, up) {
  const latent = base.slice();
  [latent[dims[0]], latent[dims[1]]] = [across, up];
  return latent;
}
