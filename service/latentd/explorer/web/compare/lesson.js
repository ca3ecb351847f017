// @ts-check
// What a comparison shows, in sentences that hold for the very models, maps and ways beside them.

import { noun } from "../model.js";
import { hasPrior } from "./cells.js";

/** @typedef {{ model: import("../model.js").Model, share: number, inGap: boolean[] }} Seen */

/**
 * How much of each map is a gap, and why.
 *
 * @param {Seen} one
 * @param {Seen} other
 */
export function lesson(one, other) {
  const [more, less] = one.share >= other.share ? [one, other] : [other, one];
  const digit = noun(more.model);
  const facts =
    `${percent(more.share)} of the middle of ${more.model.name}’s map is a gap, hatched here: further from every ` +
    `held-out ${digit} than 95 % of them are from their neighbours. In ${less.model.name} it is ${percent(less.share)}.`;
  return `${facts} ${why(more, less)}`.trim();
}

/**
 * The middle is what GET /grid shows. A cut through many dimensions is no map of them all, and explains nothing.
 *
 * @param {Seen} more
 * @param {Seen} less
 */
function why(more, less) {
  if ([more, less].some(({ model }) => model.latentDim > 2)) {
    return "Of more than two dimensions, a map is one cut: it tells of that cut alone.";
  }
  if (hasPrior(more.model) || !hasPrior(less.model) || percent(more.share) === percent(less.share)) return "";
  return (
    "Nothing made the autoencoder fill its space, so a gap decodes to what nobody wrote. The VAE was trained to spread " +
    "its latents like one round cloud: nearly wherever you stand, something real is near."
  );
}

/**
 * How many pictures of the ways lie in gaps.
 *
 * @param {Seen[]} seen
 */
export function walkWords(seen) {
  const parts = seen.map(({ model, inGap }) => {
    const count = inGap.filter(Boolean).length;
    return `${count === 0 ? "none" : count} of ${inGap.length} pictures lie in a gap of ${model.name}`;
  });
  return `On the way, ${parts.join(", ")}.`;
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
