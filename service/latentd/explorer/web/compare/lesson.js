// @ts-check
// What a comparison shows, in sentences that hold for the very models, maps and ways beside them.

import { noun } from "../model.js";
import { hasPrior } from "./cells.js";

/** @typedef {{ model: import("../model.js").Model, share: number, inGap: boolean[] }} Seen */

/**
 * How much of each map is gaps, and why. The middle of a map is what GET /grid shows.
 *
 * @param {Seen} one
 * @param {Seen} other
 */
export function lesson(one, other) {
  const [more, less] = one.share >= other.share ? [one, other] : [other, one];
  const facts = `${percent(more.share)} of the middle of ${more.model.name}’s map is gaps, ${percent(less.share)} of `;
  return `${facts}${less.model.name}’s. ${why(more, less)}`.trim();
}

/**
 * A cut through many dimensions is no map of them all, and explains nothing.
 *
 * @param {Seen} more
 * @param {Seen} less
 */
function why(more, less) {
  if ([more, less].some(({ model }) => model.latentDim > 2)) {
    return "Of more than two dimensions a map shows one cut, and tells of that cut alone.";
  }
  if (hasPrior(more.model) || !hasPrior(less.model) || percent(more.share) === percent(less.share)) return "";
  return (
    "Nothing made the autoencoder fill its space; the VAE was trained to spread its latents like one round cloud, so " +
    `that nearly wherever you stand, a real ${noun(less.model)} is near.`
  );
}

/**
 * What a gap is, and how many pictures of the walks lie in one.
 *
 * @param {Seen[]} seen
 */
export function walkWords(seen) {
  const digit = noun(seen[0].model);
  const parts = seen.map(({ model, inGap }) => {
    const count = inGap.filter(Boolean).length;
    return `${count === 0 ? "none" : count} of ${inGap.length} pictures in ${model.name}`;
  });
  return (
    `A gap (hatched) is further from every held-out ${digit} than 95 % of these are from their neighbours. ` +
    `On the way between the same two ${digit}s, ${parts.join(" and ")} lie in gaps.`
  );
}

/**
 * @param {number | null} error
 * @param {number | null} percentile
 * @param {string} what a row is called
 */
export function errorWords(error, percentile, what) {
  if (error === null || percentile === null) return "";
  return `Error ${error.toFixed(4)}, larger than that of ${percentile.toFixed(0)} % of the held-out ${what}s.`;
}

/** @param {number} share */
function percent(share) {
  return `${Math.round(share * 100)} %`;
}
