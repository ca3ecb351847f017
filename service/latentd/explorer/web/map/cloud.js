// @ts-check
// The held-out set of a model, as the points of two of its dimensions.

/**
 * @typedef {import("../model.js").Model} Model
 * @typedef {import("./points.js").Points} Points
 */

/**
 * @param {Model} model
 * @param {[number, number]} dims
 * @returns {Points} without colours yet
 */
export function cloudOf({ heldOut, latentDim, classes }, dims) {
  const along = (/** @type {number} */ dim) =>
    Float32Array.from({ length: heldOut.count }, (_, row) => heldOut.latents[row * latentDim + dim]);
  const [xs, ys] = dims.map(along);
  const names = classes ?? numbered(heldOut.labels);
  return { xs, ys, labels: heldOut.labels, names, colours: [], hidden: new Set(), lit: null };
}

/**
 * The middle of each class, its median in both dimensions.
 *
 * @param {Points} points
 * @returns {[number, number][]}
 */
export function middlesOf({ xs, ys, labels, names }) {
  return names.map((_name, label) => {
    const median = (/** @type {Float32Array} */ values) => {
      const own = values.filter((_value, row) => labels?.[row] === label).sort();
      return own[own.length >> 1] ?? NaN;
    };
    return [median(xs), median(ys)];
  });
}

/** @param {Uint16Array | null} labels */
function numbered(labels) {
  if (!labels) return [];
  const count = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  return Array.from({ length: count }, (_, label) => String(label));
}
