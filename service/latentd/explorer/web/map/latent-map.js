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
import { markup } from "./markup.js";
import { nearest } from "./nearest.js";
import { Painter } from "./painter.js";
import { openTools } from "./tools.js";

const REACH = 14; // pixels at which a point is under the pointer
const REST = 180; // milliseconds after the handle's last move

export class LatentMap {
  /** @type {import("./points.js").Points | null} */
  #points = null;
  /** @type {[number, number][]} */
  #middles = [];
  /** @type {number | null} */
  #lit = null;
  /** @type {string | null} */
  #laid = null;
  #rest = 0;
  #camera = new Camera(() => this.#painter.draw());
  #painter;

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
    this.backdrop = new Backdrop(explorer.client, () => this.#painter.draw("backdrop"), signal);
    this.found = new Found(this.node, explorer, signal);
    const { canvases, backdrop, found } = this;
    const place = () => this.#placeHandle();
    this.#painter = new Painter({ explorer, canvases, camera: this.#camera, backdrop, found, place }, signal);
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
      clearTimeout(this.#rest);
    });
  }

  /** @param {AbortSignal} signal */
  #watch(signal) {
    const { state } = this.explorer;
    state.watch(["model", "dims"], () => this.#place(), signal);
    state.watch(["hidden", "theme"], () => this.#colour(), signal);
    state.watch(["marks", "drawing"], () => this.#painter.draw("marks"), signal);
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
    if (!this.#points) this.#painter.hide();
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
    this.#points = { ...this.#points, colours, hidden, lit: this.#lit };
    this.#painter.show(this.#points, this.#middles);
    const hide = (/** @type {ReadonlySet<number>} */ labels) => this.explorer.state.set({ hidden: labels });
    const light = (/** @type {number | null} */ label) => {
      if (label === this.#lit) return;
      this.#lit = label;
      this.#colour();
    };
    showLegend(this.legend, { names, colours, hidden, hide, light });
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
    this.#painter.draw("backdrop");
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
    this.#painter.draw();
    this.#painter.paint(); // at once: a canvas is empty when its size has changed
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
    if (this.found.show(at && this.#rowAt(...at, REACH))) this.#painter.draw("marks");
  }

  #placeHandle() {
    const { latent, dims, model } = this.explorer.state.now;
    if (!latent || !model || !this.#points || this.#camera.isEmpty) return;
    this.handle.place(...this.#spot(latent), this.#camera.size);
    this.handle.describe(dims.map((dim) => `latent ${dim}: ${latent[dim].toFixed(2)}`).join(", "));
  }
}
