// @ts-check
// The point nearest to the pointer. Looking at 10,000 takes some 20 µs: an index would only be one more thing to keep.

/**
 * The row of the nearest point, or null where none lies within `reach`; all in latent units. With `among`, only these
 * rows are looked at.
 *
 * @param {import("./points.js").Points} points
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 * @param {Iterable<number>} [among]
 * @returns {number | null}
 */
export function nearest({ xs, ys, labels, hidden }, x, y, reach, among = xs.keys()) {
  let [best, least] = [/** @type {number | null} */ (null), reach * reach];
  for (const row of among) {
    const distance = (xs[row] - x) ** 2 + (ys[row] - y) ** 2;
    if (distance <= least && !(labels && hidden.has(labels[row]))) [best, least] = [row, distance];
  }
  return best;
}
