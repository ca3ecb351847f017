// @ts-check
// The scale of a slider: quantile levels of the training latents, in percent. Equal steps pass equal shares of the data.

/**
 * The level at which a value of a dimension lies, 0 to 100; beyond the table's ends, the nearest end.
 *
 * @param {number[][]} quantiles [101][L]
 * @param {number} dim
 * @param {number} value
 */
export function levelOf(quantiles, dim, value) {
  const last = quantiles.length - 1;
  const above = quantiles.findIndex((row) => row[dim] >= value);
  if (above === -1) return 100;
  if (above === 0) return 0;
  const [low, high] = [quantiles[above - 1][dim], quantiles[above][dim]];
  return ((above - 1 + (value - low) / (high - low)) * 100) / last;
}

/**
 * The value of a dimension at a level from 0 to 100.
 *
 * @param {number[][]} quantiles [101][L]
 * @param {number} dim
 * @param {number} level
 */
export function valueAt(quantiles, dim, level) {
  const place = (level / 100) * (quantiles.length - 1);
  const below = Math.min(quantiles.length - 2, Math.floor(place));
  const [low, high] = [quantiles[below][dim], quantiles[below + 1][dim]];
  return low + (high - low) * (place - below);
}

/**
 * The dimensions, those that the training latents differ most in first.
 *
 * @param {import("../model.js").Model} model
 * @returns {number[]}
 */
export function bySpread({ latentDim, manifest }) {
  /** @type {number[]} */
  const spread = manifest.latent_statistics.std;
  return [...Array(latentDim).keys()].sort((one, other) => spread[other] - spread[one]);
}
