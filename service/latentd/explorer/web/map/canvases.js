// @ts-check
// The canvases of the map, one above the other, with as many pixels as the screen has there.

export class Canvases {
  #nodes;

  /** @param {HTMLElement} map */
  constructor(map) {
    const named = (/** @type {string} */ name) =>
      /** @type {HTMLCanvasElement} */ (map.querySelector(`canvas.${name}`));
    this.#nodes = { backdrop: named("backdrop"), points: named("points"), marks: named("marks") };
  }

  get backdrop() {
    return this.#nodes.backdrop;
  }

  get marks() {
    return this.#nodes.marks;
  }

  /** @param {import("./viewport.js").Size} size */
  resize({ width, height }) {
    for (const canvas of Object.values(this.#nodes)) {
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
    }
  }

  /**
   * An empty canvas, scaled to CSS pixels.
   *
   * @param {"backdrop" | "points" | "marks"} name
   */
  clear(name) {
    const canvas = this.#nodes[name];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    return context;
  }
}
