// @ts-check
// Ways whose gaps are looked for: between two rows, or through the emptiest place of the map.

import { heldOutLatent } from "../model.js";
import { nearestRow } from "../way/rows.js";
import { GAP, supportOf } from "../way/support.js";

/** @typedef {import("../model.js").Model} Model */

export const PICTURES = 11;
const STRAIGHT = 0.7; // the cosine of the sharpest turn, 45°
const FINE = 5; // places that are looked at for each picture

/**
 * @typedef {object} Walk
 * @property {[number, number]} rows its ends
 * @property {Float32Array[]} way many places along it
 * @property {Float32Array[]} pictured the latents of its pictures
 * @property {boolean[]} inGap of its pictures
 * @property {Float32Array[][]} gaps the parts of the way that lie in gaps
 */

/**
 * Straight from one row to another.
 *
 * @param {Model} model
 * @param {[number, number]} rows
 * @returns {Walk}
 */
export function straightWalk(model, rows) {
  return walkAlong(
    model,
    rows,
    rows.map((row) => heldOutLatent(model, row)),
  );
}

/**
 * From the row nearest to the cell with the least support, through that cell, to the nearest row beyond it.
 *
 * @param {Model} model
 * @param {import("./cells.js").Cells} cells
 * @returns {Walk}
 */
export function emptyWalk(model, { latents, support }) {
  const cell = support.indexOf(Math.min(...support));
  const empty = latents.slice(cell * model.latentDim, (cell + 1) * model.latentDim);
  const near = nearestRow(model, empty);
  const start = heldOutLatent(model, near);
  const far = rowBeyond(model, start, empty);
  return walkAlong(model, [near, far], [start, empty, heldOutLatent(model, far)]);
}

/**
 * The row nearest to `empty` of those that one reaches without turning much; without any, the one opposite to the start.
 *
 * @param {Model} model
 * @param {Float32Array} start
 * @param {Float32Array} empty
 */
function rowBeyond(model, start, empty) {
  const ahead = empty.map((value, dim) => value - start[dim]);
  const length = Math.hypot(...ahead);
  let [best, least] = [/** @type {number | null} */ (null), Infinity];
  for (let row = 0; row < model.heldOut.count; row++) {
    const further = heldOutLatent(model, row).map((value, dim) => value - empty[dim]);
    const distance = Math.hypot(...further);
    const along = further.reduce((sum, value, dim) => sum + value * ahead[dim], 0);
    if (distance < least && along > STRAIGHT * distance * length) [best, least] = [row, distance];
  }
  return (
    best ??
    nearestRow(
      model,
      empty.map((value, dim) => value + ahead[dim]),
    )
  );
}

/**
 * @param {Model} model
 * @param {[number, number]} rows
 * @param {Float32Array[]} corners
 * @returns {Walk}
 */
function walkAlong(model, rows, corners) {
  const last = (PICTURES - 1) * FINE;
  const way = Array.from({ length: last + 1 }, (_, at) => placeOn(corners, (at / last) * (corners.length - 1)));
  const support = supportOf(model).of(Float32Array.from(way.flatMap((latent) => [...latent])));
  const isPictured = (/** @type {unknown} */ _, /** @type {number} */ at) => at % FINE === 0;
  return {
    rows,
    way,
    pictured: way.filter(isPictured),
    inGap: [...support].filter(isPictured).map((value) => value < GAP),
    gaps: runs([...support].map((value) => value < GAP)).map(([from, to]) =>
      way.slice(Math.max(0, from - 1), Math.min(last, to + 1) + 1),
    ),
  };
}

/**
 * @param {Float32Array[]} corners
 * @param {number} place 0 at the first, 1 at the second …
 */
function placeOn(corners, place) {
  const leg = Math.min(corners.length - 2, Math.floor(place));
  const share = place - leg;
  return corners[leg].map((value, dim) => value * (1 - share) + corners[leg + 1][dim] * share);
}

/**
 * The first and the last place of each run of true ones.
 *
 * @param {boolean[]} flags
 */
export function runs(flags) {
  /** @type {[number, number][]} */
  const found = [];
  for (const [at, flag] of flags.entries()) {
    if (flag && flags[at - 1]) found[found.length - 1][1] = at;
    else if (flag) found.push([at, at]);
  }
  return found;
}
