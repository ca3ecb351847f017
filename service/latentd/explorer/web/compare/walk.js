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
 * Through the emptiest place of the map, the gap that lies furthest from every row: from the nearest row to it, straight on
 * to the nearest one beyond.
 *
 * @param {Model} model
 * @param {import("./cells.js").Cells} cells
 * @returns {Walk}
 */
export function emptyWalk(model, cells) {
  const empty = emptiest(model, cells);
  const near = nearestRow(model, empty) ?? 0;
  const start = heldOutLatent(model, near);
  const ahead = empty.map((value, dim) => value - start[dim]);
  const beyond = [...Array(model.heldOut.count).keys()].filter((row) =>
    isAhead(heldOutLatent(model, row), empty, ahead),
  );
  const far =
    nearestRow(model, empty, beyond) ??
    nearestRow(
      model,
      empty.map((value, dim) => value + ahead[dim]),
    ) ??
    0;
  return walkAlong(model, [near, far], [start, empty, heldOutLatent(model, far)]);
}

/**
 * @param {Model} model
 * @param {import("./cells.js").Cells} cells
 */
function emptiest(model, { latents, support }) {
  const at = (/** @type {number} */ cell) => latents.subarray(cell * model.latentDim, (cell + 1) * model.latentDim);
  const inGaps = [...support.keys()].filter((cell) => support[cell] < GAP);
  const room = (/** @type {number} */ cell) => {
    const row = heldOutLatent(model, nearestRow(model, at(cell)) ?? 0);
    return Math.hypot(...row.map((value, dim) => value - at(cell)[dim]));
  };
  const least = support.indexOf(Math.min(...support));
  const rooms = new Map(inGaps.map((cell) => [cell, room(cell)]));
  return at(inGaps.reduce((best, cell) => ((rooms.get(cell) ?? 0) > (rooms.get(best) ?? 0) ? cell : best), least));
}

/**
 * Is a latent reached from `empty` without turning much?
 *
 * @param {Float32Array} latent
 * @param {Float32Array} empty
 * @param {Float32Array} ahead the direction in which one comes
 */
function isAhead(latent, empty, ahead) {
  const further = latent.map((value, dim) => value - empty[dim]);
  const along = further.reduce((sum, value, dim) => sum + value * ahead[dim], 0);
  return along > STRAIGHT * Math.hypot(...further) * Math.hypot(...ahead);
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
