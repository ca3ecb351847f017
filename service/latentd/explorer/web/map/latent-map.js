// @ts-check
// The map: held-out latents as points over the decoded grid, and the handle.

import { className, heldOutLatent, isGrey, noun } from "../model.js";
import { newestWins } from "../newest.js";
import { classColours } from "../palette.js";
import { paint } from "../picture.js";
import { html, render } from "../vendor/lit-html/lit-html.js";
import { Backdrop } from "./backdrop.js";
import { listenToGestures } from "./gestures.js";
import { Handle } from "./handle.js";
import { showLegend } from "./legend.js";
import { drawAxes, drawMarks, drawNames, drawRing, lookOf } from "./marks.js";
import { nearest } from "./nearest.js";
import { PointLayer } from "./points.js";
import { openTools } from "./tools.js";
import { fitted, panned, toLatent, toScreen, zoomed } from "./viewport.js";

/**
 * @typedef {import("../explorer.js").Explorer} Explorer
 * @typedef {import("../model.js").Model} Model
 * @typedef {import("./viewport.js").Viewport} Viewport
 */

const REACH = 14; // pixels at which a point is under the pointer
const SHARPEN = 90; // milliseconds after the last frame of a zoom

export class LatentMap {
  /** @type {Viewport} */
  #viewport = { x: 0, y: 0, scale: 1 };
  /** @type {Viewport} */
  #usual = { x: 0, y: 0, scale: 1 };
  #size = { width: 0, height: 0 };
  #isFit = true;
  #moving = false;
  #frame = 0;
  #later = 0;
  /** @type {import("./points.js").Points | null} */
  #points = null;
  /** @type {[number, number][]} */
  #middles = [];
  /** @type {number | null} */
  #lit = null;
  /** @type {number | null} */
  #hovered = null;
  #layer = new PointLayer();
  #findNewest;

  /**
   * @param {HTMLElement} host positioned
   * @param {Explorer} explorer its state is what the map shows and changes
   * @param {AbortSignal} signal
   */
  constructor(host, explorer, signal) {
    this.explorer = explorer;
    this.signal = signal;
    render(
      html`
        <div class="map">
          <canvas class="backdrop" aria-hidden="true"></canvas>
          <canvas class="points" aria-hidden="true"></canvas>
          <canvas class="marks" aria-hidden="true"></canvas>
          <div
            class="handle"
            role="slider"
            tabindex="0"
            aria-label="Place in the latent space"
            aria-valuenow="0"
            aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown Shift+ArrowLeft + - 0 n"
            hidden
          >
            <div class="knob"></div>
            <div class="loupe"><canvas></canvas></div>
          </div>
          <div class="found" hidden><canvas></canvas><div></div></div>
          <div class="prompt" hidden></div>
          <div class="tools"></div>
          <div class="foot"><div class="legend" role="group" aria-label="Classes"></div></div>
        </div>
      `,
      host,
    );
    this.node = /** @type {HTMLElement} */ (host.querySelector(".map"));
    this.handle = new Handle(
      this.node,
      { move: (left, top) => this.#moveHandle(left, top), press: (key) => this.#press(key) },
      signal,
    );
    this.backdrop = new Backdrop(explorer.client, () => this.#draw(), signal);
    this.#findNewest = newestWins((/** @type {number} */ row) => this.#showFound(row));
    openTools(
      this.#part("tools"),
      explorer,
      { zoom: (factor) => this.#zoomBy(factor), fit: () => this.#fit() },
      signal,
    );
    this.#listen();
    this.#watch();
  }

  #listen() {
    const { signal } = this;
    listenToGestures(
      this.node,
      {
        pan: (right, down) => this.#look(panned(this.#viewport, right, down)),
        zoom: (factor, about) => this.#zoomBy(factor, about),
        tap: (at) => this.#tap(at),
        hover: (at) => this.#hover(at),
        rest: () => this.#draw(),
      },
      signal,
    );
    for (const part of ["tools", "foot"]) {
      for (const type of ["pointerdown", "wheel"]) {
        this.#part(part).addEventListener(type, (event) => event.stopPropagation(), { signal });
      }
      this.#part(part).addEventListener("pointermove", () => this.#hover(null), { signal });
    }
    const resizing = new ResizeObserver(() => this.#resize());
    resizing.observe(this.node);
    signal.addEventListener("abort", () => {
      resizing.disconnect();
      cancelAnimationFrame(this.#frame);
      clearTimeout(this.#later);
    });
  }

  #watch() {
    const { state } = this.explorer;
    const { signal } = this;
    state.watch(["model", "dims"], () => this.#place(), signal);
    state.watch(["hidden", "theme"], () => this.#colour(), signal);
    state.watch(["latent", "marks", "drawing"], () => this.#draw(), signal);
    state.watch(["model", "dims", "latent"], () => this.#lay(), signal);
    state.watch(["backdrop"], ({ backdrop }) => (this.#canvas("backdrop").style.opacity = String(backdrop)), signal);
    state.watch(
      ["decoded"],
      ({ decoded, model }) => decoded && model && this.handle.show(decoded.output, model),
      signal,
    );
    state.watch(
      ["picking"],
      ({ picking }) => {
        this.node.classList.toggle("picking", picking !== null);
        const prompt = this.#part("prompt");
        prompt.hidden = picking === null;
        prompt.textContent = picking?.prompt ?? "";
      },
      signal,
    );
  }

  /** Take the points of the model's two dimensions. */
  #place() {
    const { model, dims } = this.explorer.state.now;
    if (!model || Math.max(...dims) >= model.latentDim) {
      this.#points = null;
      this.handle.hide();
      this.#draw();
      return;
    }
    const { heldOut, latentDim } = model;
    const along = (/** @type {number} */ dim) =>
      Float32Array.from({ length: heldOut.count }, (_, row) => heldOut.latents[row * latentDim + dim]);
    const [xs, ys] = dims.map(along);
    const count = heldOut.labels ? (model.classes?.length ?? Math.max(...heldOut.labels) + 1) : 0;
    const names = Array.from({ length: count }, (_, label) => model.classes?.[label] ?? String(label));
    this.#points = { xs, ys, labels: heldOut.labels, names, colours: [], hidden: new Set(), lit: null };
    this.#middles = middles(this.#points);
    this.#canvas("backdrop").classList.toggle("grey", isGrey(model));
    this.#hover(null);
    this.#colour();
    this.#fit();
  }

  #colour() {
    if (!this.#points) return;
    const { hidden, theme } = this.explorer.state.now;
    const { names } = this.#points;
    const colours = names.length ? classColours(names.length, theme) : [theme === "light" ? "#3747c8" : "#9787fd"];
    this.#points = { ...this.#points, colours, hidden, lit: this.#lit };
    this.#layer.show(this.#points, this.#usual.scale);
    showLegend(this.#part("legend"), {
      names,
      colours,
      hidden,
      hide: (labels) => this.explorer.state.set({ hidden: labels }),
      light: (label) => {
        this.#lit = label;
        this.#colour();
      },
    });
    this.#draw();
  }

  /** Lay out the decoded grid; it is another one when what holds the other dimensions has changed. */
  #lay() {
    const { model, dims, latent } = this.explorer.state.now;
    const isShown = model?.pictureShape && model.range && latent && Math.max(...dims) < model.latentDim;
    const base = isShown ? latent.map((value, dim) => (dims.includes(dim) ? 0 : value)) : null;
    const key = base && `${model?.name} ${model?.version} ${dims} ${base}`;
    if (key === this.laid) return;
    this.laid = key;
    this.backdrop.show(base && model ? { model, dims, base } : null);
    this.#draw();
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.node;
    if (width === 0 || height === 0) return;
    this.#size = { width, height };
    for (const name of ["backdrop", "points", "marks"]) {
      const canvas = this.#canvas(name);
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
    }
    if (this.#isFit) this.#fit();
    this.#paint(); // at once: a canvas is empty when its size has changed
  }

  #fit() {
    if (!this.#points || this.#size.width === 0) return;
    this.#usual = fitted(this.#points.xs, this.#points.ys, this.#size);
    this.#layer.show(this.#points, this.#usual.scale);
    this.#isFit = true;
    this.#viewport = this.#usual;
    this.#draw();
  }

  /**
   * @param {number} factor
   * @param {[number, number]} [about] pixels; without it the handle, or the middle
   */
  #zoomBy(factor, about) {
    const { scale } = this.#usual;
    const { width, height } = this.#size;
    const at = about ?? this.#handleAt() ?? [width / 2, height / 2];
    this.#look(zoomed(this.#viewport, this.#size, factor, at, [scale * 0.4, scale * 200]));
  }

  /** @param {Viewport} viewport */
  #look(viewport) {
    this.#viewport = viewport;
    this.#isFit = false;
    this.#moving = true;
    this.#draw();
  }

  /** @returns {[number, number] | null} */
  #handleAt() {
    const { latent } = this.explorer.state.now;
    return latent && this.#spot(latent);
  }

  /**
   * @param {Float32Array} latent
   * @returns {[number, number]} pixels
   */
  #spot(latent) {
    const [across, up] = this.explorer.state.now.dims;
    return toScreen(this.#viewport, this.#size, latent[across], latent[up]);
  }

  /**
   * The handle's latent with the two dimensions of the map as they are at these pixels.
   *
   * @param {number} left
   * @param {number} top
   */
  #latentAt(left, top) {
    const { latent, dims } = this.explorer.state.now;
    const moved = /** @type {Float32Array} */ (latent).slice();
    const [x, y] = toLatent(this.#viewport, this.#size, left, top);
    [moved[dims[0]], moved[dims[1]]] = [x, y];
    return moved;
  }

  /**
   * @param {number} left
   * @param {number} top
   */
  #moveHandle(left, top) {
    if (!this.explorer.state.now.latent) return;
    const { width, height } = this.#size;
    const inside = [Math.min(width, Math.max(0, left)), Math.min(height, Math.max(0, top))];
    this.explorer.moveTo(this.#latentAt(inside[0], inside[1]));
  }

  /** @param {[number, number]} at */
  #tap([left, top]) {
    const { latent, model, picking } = this.explorer.state.now;
    if (!latent || !model) return;
    const row = this.#rowAt(left, top);
    this.#choose(row === null ? this.#latentAt(left, top) : heldOutLatent(model, row), picking);
    if (row !== null) this.#hover([left, top]);
  }

  /**
   * @param {Float32Array} latent
   * @param {import("../state.js").Picking | null} picking
   */
  #choose(latent, picking) {
    if (!picking) {
      this.explorer.moveTo(latent);
      return;
    }
    this.explorer.state.set({ picking: null });
    picking.done(latent);
  }

  /**
   * @param {string} key
   * @returns {boolean}
   */
  #press(key) {
    const { latent, model, picking } = this.explorer.state.now;
    const at = this.#handleAt();
    if (!latent || !model || !at) return false;
    if (key === "+" || key === "=") this.#zoomBy(1.5);
    else if (key === "-") this.#zoomBy(1 / 1.5);
    else if (key === "0") this.#fit();
    else if (key === "n") this.#jump(...at);
    else if (key === "Enter" && picking) this.#choose(latent, picking);
    else if (key === "Escape" && picking) this.explorer.state.set({ picking: null });
    else return false;
    return true;
  }

  /**
   * Put the handle on the nearest point.
   *
   * @param {number} left
   * @param {number} top
   */
  #jump(left, top) {
    const { model } = this.explorer.state.now;
    const row = this.#rowAt(left, top, Infinity);
    if (model && row !== null) this.explorer.moveTo(heldOutLatent(model, row));
  }

  /**
   * @param {number} left
   * @param {number} top
   * @param {number} [reach]
   */
  #rowAt(left, top, reach = REACH) {
    if (!this.#points) return null;
    const [x, y] = toLatent(this.#viewport, this.#size, left, top);
    return nearest(this.#points, x, y, reach / this.#viewport.scale);
  }

  /** @param {[number, number] | null} at */
  #hover(at) {
    const row = at && this.#rowAt(...at);
    if (row === this.#hovered) return;
    this.#hovered = row;
    if (row === null) this.#part("found").hidden = true;
    else this.#findNewest(row);
    this.#draw();
  }

  /** @param {number} row */
  async #showFound(row) {
    const { model } = this.explorer.state.now;
    if (!model || row !== this.#hovered) return;
    const output = await this.explorer.client
      .decode(model, heldOutLatent(model, row), this.signal)
      .catch((/** @type {unknown} */ error) => {
        if (!this.signal.aborted) throw error;
        return null;
      });
    if (!output || row !== this.#hovered || model !== this.explorer.state.now.model) return;
    const found = this.#part("found");
    const [canvas, words] = /** @type {[HTMLCanvasElement, HTMLElement]} */ ([...found.children]);
    paint(canvas, output, model);
    const name = className(model, row);
    const what = `held-out ${noun(model)} ${row}`;
    render(html`<strong>${name === null ? what : `A ${name}`}</strong><span>reconstruction of ${what}</span>`, words);
    found.hidden = false;
    this.#draw();
  }

  #draw() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint() {
    if (this.#size.width === 0) return;
    const look = lookOf(this.#canvas("marks"));
    const viewport = this.#viewport;
    const size = this.#size;
    this.backdrop.draw(this.#clear("backdrop"), viewport, size);
    const isSharp = this.#layer.draw(this.#clear("points"), viewport, size, devicePixelRatio, this.#moving);
    const context = this.#clear("marks");
    const { model, marks, drawing } = this.explorer.state.now;
    if (this.#points && model) {
      drawAxes(context, viewport, size, look);
      const isNear = viewport.scale > 4.5 * this.#usual.scale;
      if (!isNear) drawNames(context, viewport, size, this.#points, this.#middles, look);
      if (this.#hovered !== null) this.#drawFound(context, this.#hovered, look);
      const spot = (/** @type {Float32Array} */ latent) => this.#spot(latent);
      for (const each of Object.values(marks)) drawMarks(context, each, spot, look);
      if (drawing?.latent?.length === model.latentDim) {
        drawMarks(context, { points: [{ latent: drawing.latent, label: "", kind: "drawing" }], ways: [] }, spot, look);
      }
    }
    this.#placeHandle();
    this.#moving = false;
    clearTimeout(this.#later);
    if (!isSharp) this.#later = setTimeout(() => this.#draw(), SHARPEN);
  }

  #placeHandle() {
    const { latent, dims, model } = this.explorer.state.now;
    if (!latent || !model || !this.#points) return;
    const [left, top] = this.#spot(latent);
    this.handle.place(left, top, this.#size);
    this.handle.describe(dims.map((dim) => `latent ${dim}: ${latent[dim].toFixed(2)}`).join(", "));
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} row
   * @param {import("./marks.js").Look} look
   */
  #drawFound(context, row, look) {
    const points = /** @type {import("./points.js").Points} */ (this.#points);
    const [x, y] = toScreen(this.#viewport, this.#size, points.xs[row], points.ys[row]);
    drawRing(context, x, y, look);
    const found = this.#part("found");
    const { offsetWidth: width, offsetHeight: height } = found;
    const left = Math.max(8, Math.min(this.#size.width - width - 8, x + 16));
    const top = y + 16 + height > this.#size.height - 8 ? y - 16 - height : y + 16;
    found.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.node.querySelector(`.${name}`));
  }

  /** @param {string} name */
  #canvas(name) {
    return /** @type {HTMLCanvasElement} */ (this.#part(name));
  }

  /** @param {string} name */
  #clear(name) {
    const canvas = this.#canvas(name);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    return context;
  }
}

/**
 * The median of each class.
 *
 * @param {import("./points.js").Points} points
 * @returns {[number, number][]}
 */
function middles({ xs, ys, labels, names }) {
  return names.map((_, label) => {
    const median = (/** @type {Float32Array} */ values) => {
      const own = values.filter((_value, row) => labels?.[row] === label).sort();
      return own[own.length >> 1] ?? NaN;
    };
    return [median(xs), median(ys)];
  });
}
