// @ts-check
// The map: held-out latents as points over the decoded grid, and the handle. All that it shows and changes is in the
// state of the explorer that it is given; with another explorer there is another map.

import { heldOutLatent } from "../model.js";
import { classColours } from "../palette.js";
import { render } from "../vendor/lit-html/lit-html.js";
import { Backdrop } from "./backdrop.js";
import { Camera } from "./camera.js";
import { Canvases } from "./canvases.js";
import { cloudOf, middlesOf } from "./cloud.js";
import { openDims } from "./dims.js";
import { Found } from "./found.js";
import { listenToGestures } from "./gestures.js";
import { Handle } from "./handle.js";
import { showLegend } from "./legend.js";
import { drawAxes, drawMarks, drawNames, drawRing, lookOf } from "./marks.js";
import { markup } from "./markup.js";
import { nearest } from "./nearest.js";
import { PointLayer } from "./points.js";
import { openTools } from "./tools.js";

const REACH = 14; // pixels at which a point is under the pointer
const SHARPEN = 90; // milliseconds after the last frame of a zoom
const REST = 180; // milliseconds after the handle's last move
const NAMED = 4.5; // the zoom from which points are large enough to be their own names

/** @typedef {"backdrop" | "points" | "marks"} Layer */

/** @type {Layer[]} */
const ALL = ["backdrop", "points", "marks"];

export class LatentMap {
  /** @type {import("./points.js").Points | null} */
  #points = null;
  /** @type {[number, number][]} */
  #middles = [];
  /** @type {number | null} */
  #lit = null;
  /** @type {string | null} */
  #laid = null;
  #frame = 0;
  #later = 0;
  #rest = 0;
  /** @type {Set<Layer>} the canvases that are to be painted anew */
  #stale = new Set();
  #layer = new PointLayer();
  #camera = new Camera(() => this.#draw());
  #look;

  /**
   * @param {HTMLElement} host
   * @param {import("../explorer.js").Explorer} explorer
   * @param {AbortSignal} signal
   */
  constructor(host, explorer, signal) {
    render(markup, host);
    this.explorer = explorer;
    this.node = /** @type {HTMLElement} */ (host.querySelector(".map"));
    this.legend = /** @type {HTMLElement} */ (host.querySelector(".legend"));
    this.canvases = new Canvases(this.node);
    this.#look = lookOf(this.canvases.marks);
    this.backdrop = new Backdrop(explorer.client, () => this.#draw("backdrop"), signal);
    this.found = new Found(this.node, explorer, signal);
    this.handle = new Handle(
      this.node,
      {
        move: (left, top) => this.#moveHandle(left, top),
        point: () => this.#hover(null),
        press: (key) => this.#press(key),
      },
      signal,
    );
    const tools = /** @type {HTMLElement} */ (host.querySelector(".tools"));
    openTools(tools, explorer, { zoom: (factor) => this.#zoomAtHandle(factor), fit: () => this.#fit() }, signal);
    openDims(/** @type {HTMLElement} */ (host.querySelector(".dims")), explorer.state, signal);
    this.#listen(signal);
    this.#watch(signal);
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const listener = {
      pan: (/** @type {number} */ right, /** @type {number} */ down) => this.#camera.pan(right, down),
      zoom: (/** @type {number} */ factor, /** @type {[number, number]} */ at) => this.#camera.zoomBy(factor, at),
      tap: (/** @type {[number, number]} */ at) => this.#tap(at),
      hover: (/** @type {[number, number] | null} */ at) => this.#hover(at),
    };
    listenToGestures(this.node, listener, signal);
    const resizing = new ResizeObserver(() => this.#resize());
    resizing.observe(this.node);
    signal.addEventListener("abort", () => {
      resizing.disconnect();
      cancelAnimationFrame(this.#frame);
      clearTimeout(this.#later);
      clearTimeout(this.#rest);
    });
  }

  /** @param {AbortSignal} signal */
  #watch(signal) {
    const { state } = this.explorer;
    state.watch(["model", "dims"], () => this.#place(), signal);
    state.watch(["hidden", "theme"], () => this.#colour(), signal);
    state.watch(["marks", "drawing"], () => this.#draw("marks"), signal);
    state.watch(["model", "dims"], () => this.#lay(), signal);
    state.watch(["latent"], () => this.#follow(), signal);
    state.watch(["backdrop"], (now) => (this.canvases.backdrop.style.opacity = String(now.backdrop)), signal);
    state.watch(
      ["decoded"],
      ({ decoded, model }) => decoded && model && this.handle.show(decoded.output, model),
      signal,
    );
    state.watch(["picking"], ({ picking }) => this.#prompt(picking?.prompt ?? null), signal);
  }

  /** Take the points of the model's two dimensions. */
  #place() {
    const { model, dims } = this.explorer.state.now;
    this.#points = model && Math.max(...dims) < model.latentDim ? cloudOf(model, dims) : null;
    this.#middles = this.#points ? middlesOf(this.#points) : [];
    if (!this.#points) this.handle.hide();
    this.#hover(null);
    this.#colour();
    this.#fit();
  }

  #colour() {
    if (!this.#points) return;
    const { hidden, theme } = this.explorer.state.now;
    const { names } = this.#points;
    const colours = classColours(Math.max(1, names.length), theme);
    this.#look = lookOf(this.canvases.marks);
    this.#points = { ...this.#points, colours, hidden, lit: this.#lit };
    this.#layer.show(this.#points);
    const hide = (/** @type {ReadonlySet<number>} */ labels) => this.explorer.state.set({ hidden: labels });
    const light = (/** @type {number | null} */ label) => {
      if (label === this.#lit) return;
      this.#lit = label;
      this.#colour();
    };
    showLegend(this.legend, { names, colours, hidden, hide, light });
    this.#draw();
  }

  /** The backdrop waits until the handle rests: where other dimensions change too, each step would ask for all tiles. */
  #follow() {
    this.#placeHandle();
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#lay(), this.#laid === null ? 0 : REST);
  }

  /** Lay out the decoded grid: another one when what holds the other dimensions has changed. */
  #lay() {
    const { model, dims, latent } = this.explorer.state.now;
    const isShown = model?.pictureShape && model.range && latent && Math.max(...dims) < model.latentDim;
    const base = isShown ? latent.map((value, dim) => (dims.includes(dim) ? 0 : value)) : null;
    const key = base && `${model?.name} ${model?.version} ${dims} ${base}`;
    if (key === this.#laid) return;
    this.#laid = key;
    this.backdrop.show(base && model ? { model, dims, base } : null);
    this.#draw("backdrop");
  }

  /** @param {string | null} words what is asked of the visitor */
  #prompt(words) {
    const prompt = /** @type {HTMLElement} */ (this.node.querySelector(".prompt"));
    prompt.hidden = words === null;
    prompt.textContent = words;
    this.node.classList.toggle("picking", words !== null);
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.node;
    this.#camera.size = { width, height };
    if (this.#camera.isEmpty) return; // it is not shown, and paints nothing
    this.canvases.resize(this.#camera.size);
    if (this.#camera.isFit) this.#fit();
    this.#draw(...ALL);
    this.#paint(); // at once: a canvas is empty when its size has changed
  }

  #fit() {
    if (this.#camera.isEmpty) this.#camera.isFit = true;
    else if (this.#points) this.#camera.fit(this.#points);
  }

  /** @param {number} factor */
  #zoomAtHandle(factor) {
    const { latent } = this.explorer.state.now;
    this.#camera.zoomBy(factor, latent ? this.#spot(latent) : undefined);
  }

  /**
   * @param {Float32Array} latent
   * @returns {[number, number]} pixels
   */
  #spot(latent) {
    const [across, up] = this.explorer.state.now.dims;
    return this.#camera.toScreen(latent[across], latent[up]);
  }

  /**
   * The handle's latent, but in the two dimensions of the map as it is at these pixels.
   *
   * @param {Float32Array} latent
   * @param {number} left
   * @param {number} top
   */
  #latentAt(latent, left, top) {
    const { dims } = this.explorer.state.now;
    const moved = latent.slice();
    [moved[dims[0]], moved[dims[1]]] = this.#camera.toLatent(left, top);
    return moved;
  }

  /**
   * @param {number} left
   * @param {number} top
   */
  #moveHandle(left, top) {
    const { latent } = this.explorer.state.now;
    const { width, height } = this.#camera.size;
    const inside = (/** @type {number} */ at, /** @type {number} */ most) => Math.min(most, Math.max(0, at));
    if (latent) this.explorer.moveTo(this.#latentAt(latent, inside(left, width), inside(top, height)));
  }

  /** @param {[number, number]} at */
  #tap([left, top]) {
    const { latent, model } = this.explorer.state.now;
    if (!latent || !model) return;
    const row = this.#rowAt(left, top, REACH);
    this.#choose(row === null ? this.#latentAt(latent, left, top) : heldOutLatent(model, row));
    this.#hover([left, top]);
  }

  /** @param {Float32Array} latent where the handle goes, or what has been asked for */
  #choose(latent) {
    const { picking } = this.explorer.state.now;
    this.explorer.state.set({ picking: null });
    if (picking) picking.done(latent);
    else this.explorer.moveTo(latent);
  }

  /**
   * @param {string} key
   * @returns {boolean}
   */
  #press(key) {
    const { latent, model, picking } = this.explorer.state.now;
    if (!latent || !model) return false;
    if (key === "+" || key === "=") this.#zoomAtHandle(1.5);
    else if (key === "-") this.#zoomAtHandle(1 / 1.5);
    else if (key === "0") this.#fit();
    else if (key === "n" || key === "N") this.#jump(model, this.#rowAt(...this.#spot(latent), Infinity));
    else if (key === "Enter" && picking) this.#choose(latent);
    else if (key === "Escape" && picking) this.explorer.state.set({ picking: null });
    else return false;
    return true;
  }

  /**
   * @param {import("../model.js").Model} model
   * @param {number | null} row
   */
  #jump(model, row) {
    if (row !== null) this.explorer.moveTo(heldOutLatent(model, row));
  }

  /**
   * @param {number} left
   * @param {number} top
   * @param {number} reach pixels
   */
  #rowAt(left, top, reach) {
    if (!this.#points) return null;
    const [x, y] = this.#camera.toLatent(left, top);
    const far = reach / this.#camera.viewport.scale;
    // One whose picture is there goes before others that are as good as under the pointer, too.
    const shown = Number.isFinite(far) ? nearest(this.#points, x, y, far, this.found.pictured) : null;
    return shown ?? nearest(this.#points, x, y, far);
  }

  /** @param {[number, number] | null} at */
  #hover(at) {
    if (this.found.show(at && this.#rowAt(...at, REACH))) this.#draw("marks");
  }

  /** @param {Layer[]} layers what another frame shows otherwise; without any, all of it */
  #draw(...layers) {
    for (const layer of layers.length ? layers : ALL) this.#stale.add(layer);
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const camera = this.#camera;
    if (camera.isEmpty) return;
    const [stale, { canvases }] = [this.#stale, this];
    this.#stale = new Set();
    if (stale.has("backdrop")) this.#paintBackdrop(canvases.clear("backdrop"));
    if (stale.has("points")) this.#paintPoints(canvases.clear("points"));
    if (stale.has("marks")) this.#paintMarks(canvases.clear("marks"));
    this.#placeHandle();
    camera.moving = false;
  }

  /** @param {CanvasRenderingContext2D} context */
  #paintBackdrop(context) {
    const { viewport, size } = this.#camera;
    const isWhole = this.backdrop.draw(context, viewport, size, this.#look.ink);
    this.canvases.backdrop.setAttribute("aria-busy", String(!isWhole));
  }

  /** @param {CanvasRenderingContext2D} context */
  #paintPoints(context) {
    const isSharp = this.#layer.draw(context, this.#camera, devicePixelRatio);
    clearTimeout(this.#later);
    if (!isSharp) this.#later = setTimeout(() => this.#draw("points"), SHARPEN);
  }

  /** @param {CanvasRenderingContext2D} context */
  #paintMarks(context) {
    const { model, marks, drawing } = this.explorer.state.now;
    const { viewport, size, zoom } = this.#camera;
    const points = this.#points;
    if (!points || !model) return;
    drawAxes(context, viewport, size, this.#look);
    if (zoom < NAMED) drawNames(context, viewport, size, points, this.#middles, this.#look);
    const spot = (/** @type {Float32Array} */ latent) => this.#spot(latent);
    for (const each of Object.values(marks)) drawMarks(context, each, spot, this.#look);
    if (drawing?.latent?.length === model.latentDim) {
      const drawn = /** @type {const} */ ({ latent: drawing.latent, label: "", kind: "drawing" });
      drawMarks(context, { points: [drawn], ways: [] }, spot, this.#look);
    }
    if (this.found.row === null) return;
    const [x, y] = this.#camera.toScreen(points.xs[this.found.row], points.ys[this.found.row]);
    drawRing(context, x, y, this.#look);
    this.found.place(x, y, size);
  }

  #placeHandle() {
    const { latent, dims, model } = this.explorer.state.now;
    if (!latent || !model || !this.#points || this.#camera.isEmpty) return;
    this.handle.place(...this.#spot(latent), this.#camera.size);
    this.handle.describe(dims.map((dim) => `latent ${dim}: ${latent[dim].toFixed(2)}`).join(", "));
  }
}
