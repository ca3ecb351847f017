// @ts-check
// How near latents lie to real ones: what GET /grid calls `support`, reckoned from the held-out latents that the map has
// already, for any latent and without its picture. The server's words and numbers: latentd/inference/support.py.

import { normalQuantile } from "./normal.js";

/** @typedef {import("../model.js").Model} Model */

const END_LEVEL = 0.001;
const NEIGHBOURS = 256;
const TYPICAL = 0.95;
/** Less support than this is a gap: further from all held-out latents than 95 % of them are from their neighbours. */
export const GAP = Math.exp(-0.5);

/** @type {WeakMap<Model, Support>} */
const known = new WeakMap();

/**
 * @param {Model} model
 * @returns {Support}
 */
export function supportOf(model) {
  const support = known.get(model) ?? new Support(model);
  known.set(model, support);
  return support;
}

export class Support {
  #dims;
  #count;
  #quantiles;
  #levels;
  #spread;
  #real;

  /** @param {Pick<Model, "latentDim" | "quantiles" | "heldOut" | "manifest">} model */
  constructor({ latentDim, quantiles, heldOut, manifest }) {
    this.#dims = latentDim;
    this.#count = heldOut.count;
    this.#quantiles = quantiles;
    this.#spread = /** @type {number[]} */ (manifest.latent_statistics.std);
    const last = quantiles.length - 1;
    this.#levels = quantiles.map((_row, at) => normalQuantile(Math.min(1 - END_LEVEL, Math.max(END_LEVEL, at / last))));
    this.#real = this.#scored(heldOut.latents);
    this.bandwidth = this.#neighbourDistance();
  }

  /**
   * The support of latents, [N, L] row by row → [N]: 1 where a held-out latent lies, towards 0 far from all.
   *
   * @param {Float32Array} latents
   */
  of(latents) {
    const scored = this.#scored(latents);
    return Float64Array.from({ length: latents.length / this.#dims }, (_, row) =>
      Math.exp(-this.#nearest(scored, row, -1) / (2 * this.bandwidth ** 2)),
    );
  }

  #neighbourDistance() {
    const count = Math.min(this.#count, NEIGHBOURS);
    if (this.#count < 2) return 1;
    const chosen = Array.from({ length: count }, (_, at) => Math.floor((at * (this.#count - 1)) / (count - 1)));
    const squared = chosen.map((row) => this.#nearest(this.#real, row, row)).sort((one, other) => one - other);
    const place = TYPICAL * (count - 1);
    const below = Math.floor(place);
    const above = Math.min(count - 1, below + 1);
    return Math.sqrt(squared[below] + (squared[above] - squared[below]) * (place - below)) || 1;
  }

  /**
   * The squared distance of a row to the nearest held-out latent, but for its `own`.
   *
   * @param {Float32Array} points scored
   * @param {number} row
   * @param {number} own
   */
  #nearest(points, row, own) {
    const [dims, real] = [this.#dims, this.#real];
    let least = Infinity;
    for (let other = 0; other < this.#count; other++) {
      if (other === own) continue;
      let squared = 0;
      for (let dim = 0; dim < dims && squared < least; dim++) {
        const difference = points[row * dims + dim] - real[other * dims + dim];
        squared += difference * difference;
      }
      if (squared < least) least = squared;
    }
    return least;
  }

  /**
   * The normal scores of latents.
   *
   * @param {Float32Array} latents
   */
  #scored(latents) {
    const columns = Array.from({ length: this.#dims }, (_, dim) => this.#quantiles.map((row) => row[dim]));
    return latents.map((value, at) => this.#score(columns[at % this.#dims], this.#spread[at % this.#dims], value));
  }

  /**
   * Where a value would lie if the training latents were normally distributed, and past their ends as many standard
   * deviations further.
   *
   * @param {number[]} quantiles of its dimension
   * @param {number} spread
   * @param {number} value
   */
  #score(quantiles, spread, value) {
    const last = quantiles.length - 1;
    const inside = Math.min(quantiles[last], Math.max(quantiles[0], value));
    const beyond = (value - inside) / (spread || 1);
    let [below, above] = [0, last + 1];
    while (above - below > 1) {
      const middle = (below + above) >> 1;
      if (quantiles[middle] <= inside) below = middle;
      else above = middle;
    }
    if (below === last) return beyond + this.#levels[last];
    const share = (inside - quantiles[below]) / (quantiles[below + 1] - quantiles[below]);
    return beyond + this.#levels[below] + share * (this.#levels[below + 1] - this.#levels[below]);
  }
}
