// @ts-check
// Rows of the held-out set: which one a latent is, and which to begin with.

import { heldOutLatent } from "../model.js";

/** @typedef {import("../model.js").Model} Model */

/**
 * The row whose latent this is exactly, or null.
 *
 * @param {Model} model
 * @param {Float32Array} latent
 */
export function rowOf({ heldOut, latentDim }, latent) {
  for (let row = 0; row < heldOut.count; row++) {
    if (latent.every((value, dim) => heldOut.latents[row * latentDim + dim] === value)) return row;
  }
  return null;
}

/**
 * The row that lies nearest to a latent, of all or of some; null of none.
 *
 * @param {Model} model
 * @param {Float32Array} latent
 * @param {Iterable<number>} [rows]
 */
export function nearestRow({ heldOut, latentDim }, latent, rows = Array(heldOut.count).keys()) {
  let [best, least] = [/** @type {number | null} */ (null), Infinity];
  for (const row of rows) {
    let squared = 0;
    for (let dim = 0; dim < latentDim; dim++) squared += (heldOut.latents[row * latentDim + dim] - latent[dim]) ** 2;
    if (squared < least) [best, least] = [row, squared];
  }
  return best;
}

/**
 * The row in the middle of a class: the nearest to its mean.
 *
 * @param {Model} model
 * @param {number} label
 */
export function typicalRow(model, label) {
  const rows = rowsOf(model, label);
  const mean = new Float32Array(model.latentDim);
  for (const row of rows) heldOutLatent(model, row).forEach((value, dim) => (mean[dim] += value / rows.length));
  return nearestRow(model, mean, rows) ?? 0;
}

/**
 * @param {Model} model
 * @param {number} label
 */
export function anyRow(model, label) {
  const rows = rowsOf(model, label);
  return rows[Math.floor(Math.random() * rows.length)];
}

/**
 * Any row, of those that have pictures if there are some.
 *
 * @param {Model} model
 */
export function randomRow({ heldOut: { pictured, count } }) {
  return pictured[Math.floor(Math.random() * pictured.length)] ?? Math.floor(Math.random() * count);
}

/**
 * The classes that there are: their labels and names. None where rows are not labelled.
 *
 * @param {Model} model
 * @returns {{ label: number, name: string }[]}
 */
export function classesOf({ heldOut, classes }) {
  const labels = [...new Set(heldOut.labels ?? [])].sort((one, other) => one - other);
  return labels.map((label) => ({ label, name: classes?.[label] ?? String(label) }));
}

/**
 * @param {Model} model
 * @param {number} label
 */
function rowsOf({ heldOut }, label) {
  const all = [...Array(heldOut.count).keys()];
  return heldOut.labels ? all.filter((row) => heldOut.labels?.[row] === label) : all;
}
