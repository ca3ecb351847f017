// @ts-check
// The way between two rows, and where it leads through gaps.

import { heldOutLatent } from "../model.js";
import { valueAt } from "../adjust/scale.js";
import { GAP, supportOf } from "../way/support.js";

/** @typedef {import("../model.js").Model} Model */

const PICTURES = 11;
const FINE = 5; // places that are looked at for each picture
const [LOW, HIGH] = [1, 99]; // levels beyond which a row is an outlier
const TRIED = { plane: 48, deep: 16 }; // rows, each pair of which is tried; more dimensions take longer

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
export function walkBetween(model, rows) {
  const last = (PICTURES - 1) * FINE;
  const way = straight(model, rows, last + 1);
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

/** @type {WeakMap<Model, [number, number]>} */
const widest = new WeakMap();

/**
 * Of some rows that are no outliers, the two between which the longest stretch, as the map shows it, is a gap.
 *
 * @param {Model} model
 * @returns {[number, number]}
 */
export function acrossWidestGap(model) {
  const found = widest.get(model) ?? search(model);
  widest.set(model, found);
  return found;
}

/**
 * @param {Model} model
 * @returns {[number, number]}
 */
function search(model) {
  const rows = tried(model);
  const pairs = rows.flatMap((from, at) =>
    rows.slice(at + 1).map((to) => /** @type {[number, number]} */ ([from, to])),
  );
  const support = supportOf(model);
  let [best, most] = [/** @type {[number, number]} */ ([rows[0], rows[rows.length - 1]]), 0];
  for (const pair of pairs) {
    const inner = straight(model, pair, PICTURES).slice(1, -1);
    const values = support.of(Float32Array.from(inner.flatMap((latent) => [...latent])));
    const [first, last] = [inner[0], inner[inner.length - 1]];
    const length = Math.hypot(...first.map((value, dim) => value - last[dim]));
    const stretch = length * values.filter((value) => value < GAP).length;
    if (stretch > most) [best, most] = [pair, stretch];
  }
  return best;
}

/**
 * Rows to try, evenly spaced. In many dimensions hardly one is an outlier in none.
 *
 * @param {Model} model
 */
function tried(model) {
  const all = [...Array(model.heldOut.count).keys()];
  const isPlane = model.latentDim <= 2;
  const isInside = (/** @type {number} */ row) =>
    heldOutLatent(model, row).every(
      (value, dim) => value >= valueAt(model.quantiles, dim, LOW) && value <= valueAt(model.quantiles, dim, HIGH),
    );
  const middle = isPlane ? all.filter(isInside) : all;
  const count = isPlane ? TRIED.plane : TRIED.deep;
  return Array.from({ length: count }, (_, at) => middle[Math.floor((at * middle.length) / count)]);
}

/**
 * @param {Model} model
 * @param {[number, number]} rows
 * @param {number} count places, both ends included
 */
function straight(model, rows, count) {
  const [from, to] = rows.map((row) => heldOutLatent(model, row));
  return Array.from({ length: count }, (_, at) => {
    const share = at / (count - 1);
    return from.map((value, dim) => value * (1 - share) + to[dim] * share);
  });
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
