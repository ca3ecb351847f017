// @ts-check
// Paints the map's layers, each in the next frame and only when what it shows is another.

import { PointLayer } from "./points.js";
import { drawAxes, drawMarks, drawNames, drawRing, lookOf } from "./marks.js";

const SHARPEN = 90; // milliseconds after the last frame of a zoom
const NAMED = 4.5; // the zoom from which points are large enough to be their own names

/** @typedef {"backdrop" | "points" | "marks"} Layer */

/** @type {Layer[]} */
const ALL = ["backdrop", "points", "marks"];

/**
 * @typedef {object} Subject
 * @property {import("../explorer.js").Explorer} explorer
 * @property {import("./canvases.js").Canvases} canvases
 * @property {import("./camera.js").Camera} camera
 * @property {import("./backdrop.js").Backdrop} backdrop
 * @property {import("./found.js").Found} found
 * @property {() => void} place puts what is no canvas where it belongs
 */

export class Painter {
  /** @type {import("./points.js").Points | null} */
  #points = null;
  /** @type {[number, number][]} where the names of the classes stand */
  #middles = [];
  #frame = 0;
  #later = 0;
  /** @type {Set<Layer>} the canvases that are to be painted anew */
  #stale = new Set();
  #layer = new PointLayer();
  #subject;
  #look;

  /**
   * @param {Subject} subject
   * @param {AbortSignal} signal
   */
  constructor(subject, signal) {
    this.#subject = subject;
    this.#look = lookOf(subject.canvases.marks);
    signal.addEventListener("abort", () => {
      cancelAnimationFrame(this.#frame);
      clearTimeout(this.#later);
    });
  }

  /**
   * @param {import("./points.js").Points} points with their colours
   * @param {[number, number][]} middles
   */
  show(points, middles) {
    this.#points = points;
    this.#middles = middles;
    this.#look = lookOf(this.#subject.canvases.marks);
    this.#layer.show(points);
    this.draw();
  }

  hide() {
    this.#points = null;
  }

  /** @param {Layer[]} layers what another frame shows otherwise; without any, all of it */
  draw(...layers) {
    for (const layer of layers.length ? layers : ALL) this.#stale.add(layer);
    this.#frame ||= requestAnimationFrame(() => this.paint());
  }

  /** Paint what is to be painted without waiting for a frame. */
  paint() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { camera, canvases, place } = this.#subject;
    if (camera.isEmpty) return;
    const stale = this.#stale;
    this.#stale = new Set();
    if (stale.has("backdrop")) this.#paintBackdrop(canvases.clear("backdrop"));
    if (stale.has("points")) this.#paintPoints(canvases.clear("points"));
    if (stale.has("marks")) this.#paintMarks(canvases.clear("marks"));
    place();
    camera.moving = false;
  }

  /** @param {CanvasRenderingContext2D} context */
  #paintBackdrop(context) {
    const { backdrop, camera, canvases } = this.#subject;
    const isWhole = backdrop.draw(context, camera.viewport, camera.size, this.#look.ink);
    canvases.backdrop.setAttribute("aria-busy", String(!isWhole));
  }

  /** @param {CanvasRenderingContext2D} context */
  #paintPoints(context) {
    const isSharp = this.#layer.draw(context, this.#subject.camera, devicePixelRatio);
    clearTimeout(this.#later);
    if (!isSharp) this.#later = setTimeout(() => this.draw("points"), SHARPEN);
  }

  /** @param {CanvasRenderingContext2D} context */
  #paintMarks(context) {
    const { explorer, camera, found } = this.#subject;
    const { model, dims, marks, drawing } = explorer.state.now;
    const { viewport, size, zoom } = camera;
    const points = this.#points;
    if (!points || !model) return;
    drawAxes(context, viewport, size, this.#look);
    if (zoom < NAMED) drawNames(context, viewport, size, points, this.#middles, this.#look);
    const spot = (/** @type {Float32Array} */ latent) => camera.toScreen(latent[dims[0]], latent[dims[1]]);
    for (const each of Object.values(marks)) drawMarks(context, each, spot, this.#look);
    if (drawing?.latent?.length === model.latentDim) {
      const drawn = /** @type {const} */ ({ latent: drawing.latent, label: "", kind: "drawing" });
      drawMarks(context, { points: [drawn], ways: [] }, spot, this.#look);
    }
    if (found.row === null) return;
    const [x, y] = camera.toScreen(points.xs[found.row], points.ys[found.row]);
    drawRing(context, x, y, this.#look);
    found.place(x, y, size);
  }
}
