// @ts-check
// The point nearest to the pointer. Looking at 10,000 takes some 20 µs: an index would only be one more thing to keep.

/**
 * The row of the nearest point, or null where none lies within `reach`; all in latent units.
 *
 * @param {import("./points.js").Points} points
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 * @returns {number | null}
 */
export function nearest({ xs, ys, labels, hidden }, x, y, reach) {
  let [best, least] = [/** @type {number | null} */ (null), reach * reach];
  for (let row = 0; row < xs.length; row++) {
    const distance = (xs[row] - x) ** 2 + (ys[row] - y) ** 2;
    if (distance <= least && !(labels && hidden.has(labels[row]))) [best, least] = [row, distance];
  }
  return best;
}
