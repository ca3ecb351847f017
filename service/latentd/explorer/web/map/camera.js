// @ts-check
// Where the map looks: its viewport, its size, and what both make of places in the latent space.

import { fitted, panned, toLatent, toScreen, zoomed } from "./viewport.js";

const OUT = 0.4; // of the scale at which everything is seen
const IN = 200; // times that scale

export class Camera {
  /** @type {import("./viewport.js").Viewport} */
  viewport = { x: 0, y: 0, scale: 1 };
  /** The scale at which everything is seen. */
  usual = 1;
  size = { width: 0, height: 0 };
  /** Does it show everything, and will when the size changes? */
  isFit = true;
  /** Has it moved since the last frame? */
  moving = false;
  #moved;

  /** @param {() => void} moved is called when it looks elsewhere */
  constructor(moved) {
    this.#moved = moved;
  }

  get isEmpty() {
    return this.size.width === 0 || this.size.height === 0;
  }

  /** How much larger than usual. */
  get zoom() {
    return this.viewport.scale / this.usual;
  }

  /**
   * Look at all of the points.
   *
   * @param {{ xs: Float32Array, ys: Float32Array }} points
   */
  fit({ xs, ys }) {
    this.#look(fitted(xs, ys, this.size), true);
    this.usual = this.viewport.scale;
  }

  /**
   * @param {number} right pixels
   * @param {number} down
   */
  pan(right, down) {
    this.#look(panned(this.viewport, right, down));
  }

  /**
   * @param {number} factor
   * @param {[number, number]} [about] pixels; without it the middle
   */
  zoomBy(factor, about = [this.size.width / 2, this.size.height / 2]) {
    this.#look(zoomed(this.viewport, this.size, factor, about, [this.usual * OUT, this.usual * IN]));
  }

  /**
   * @param {number} x
   * @param {number} y
   * @returns {[number, number]} pixels
   */
  toScreen(x, y) {
    return toScreen(this.viewport, this.size, x, y);
  }

  /**
   * @param {number} left pixels
   * @param {number} top
   * @returns {[number, number]}
   */
  toLatent(left, top) {
    return toLatent(this.viewport, this.size, left, top);
  }

  /**
   * @param {import("./viewport.js").Viewport} viewport
   * @param {boolean} [isFit]
   */
  #look(viewport, isFit = false) {
    this.viewport = viewport;
    this.isFit = isFit;
    this.moving = true;
    this.#moved();
  }
}
