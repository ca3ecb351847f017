// @ts-check
// What part of the plane of two latent dimensions is seen. Both axes have one scale: distances are what they look like.

/**
 * The latent in the middle, and how many pixels one latent unit has. Its second axis grows upwards.
 *
 * @typedef {{ x: number, y: number, scale: number }} Viewport
 */

/** @typedef {{ width: number, height: number }} Size in CSS pixels */

/**
 * @param {Viewport} viewport
 * @param {Size} size
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]} pixels from the left and from the top
 */
export function toScreen(viewport, size, x, y) {
  return [size.width / 2 + (x - viewport.x) * viewport.scale, size.height / 2 - (y - viewport.y) * viewport.scale];
}

/**
 * @param {Viewport} viewport
 * @param {Size} size
 * @param {number} left pixels
 * @param {number} top pixels
 * @returns {[number, number]}
 */
export function toLatent(viewport, size, left, top) {
  return [viewport.x + (left - size.width / 2) / viewport.scale, viewport.y - (top - size.height / 2) / viewport.scale];
}

/**
 * Drag the plane by so many pixels.
 *
 * @param {Viewport} viewport
 * @param {number} right
 * @param {number} down
 * @returns {Viewport}
 */
export function panned(viewport, right, down) {
  const { x, y, scale } = viewport;
  return { x: x - right / scale, y: y + down / scale, scale };
}

/**
 * Enlarge by `factor`, while what is at these pixels stays there.
 *
 * @param {Viewport} viewport
 * @param {Size} size
 * @param {number} factor
 * @param {[number, number]} about
 * @param {[number, number]} limits the least and the greatest scale
 * @returns {Viewport}
 */
export function zoomed(viewport, size, factor, [left, top], [least, greatest]) {
  const scale = Math.min(greatest, Math.max(least, viewport.scale * factor));
  const [x, y] = toLatent(viewport, size, left, top);
  return { x: x - (left - size.width / 2) / scale, y: y + (top - size.height / 2) / scale, scale };
}

/**
 * The viewport that shows nearly all of these points, with a margin around them. One in a hundred may lie outside on each
 * side: autoencoders have far outliers.
 *
 * @param {Float32Array} xs
 * @param {Float32Array} ys
 * @param {Size} size
 * @returns {Viewport}
 */
export function fitted(xs, ys, size) {
  const [left, right] = span(xs);
  const [bottom, top] = span(ys);
  const [width, height] = [right - left || 1, top - bottom || 1];
  const scale = 0.84 * Math.min(size.width / width, size.height / height);
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale: scale || 1 };
}

/** @param {Float32Array} values */
function span(values) {
  const sorted = values.slice().sort();
  const left = Math.floor(sorted.length / 100);
  return [sorted[left], sorted[sorted.length - 1 - left]];
}
