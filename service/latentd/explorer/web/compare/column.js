// @ts-check
// One model of a comparison: its map, what it makes of the picture, and a way through its space.

import { LatentMap } from "../map/latent-map.js";
import { className, heldOutLatent, noun } from "../model.js";
import { newestWins } from "../newest.js";
import { paint } from "../picture.js";
import { html, render } from "../vendor/lit-html/lit-html.js";
import { Strip } from "../way/strip.js";
import { cellsOf } from "./cells.js";
import { errorWords } from "./lesson.js";
import { walkBetween } from "./walk.js";

/**
 * @typedef {object} Made
 * @property {Float32Array} output
 * @property {number | null} error
 * @property {number | null} percentile
 */

/**
 * @typedef {object} Asked
 * @property {Float32Array | null} pixels what is compared, where that is known
 * @property {number | null} row the held-out row that is compared; null for what was drawn
 * @property {[number, number]} ends rows
 */

export class Column {
  /** @type {import("./lesson.js").Seen | null} */
  seen = null;
  /** @type {import("./cells.js").Cells | null} */
  #cells = null;
  /** @type {Asked | null} */
  #asked = null;
  /** @type {Float32Array[]} the latents of the strip */
  #pictured = [];
  #turn = 0;
  #makeNewest = newestWins((/** @type {Asked} */ asked) => this.#make(asked));

  /**
   * @param {HTMLElement} host
   * @param {import("../explorer.js").Explorer} explorer
   * @param {() => void} change is called when what is seen is another
   * @param {AbortSignal} signal
   */
  constructor(host, explorer, change, signal) {
    this.host = host;
    this.explorer = explorer;
    this.change = change;
    this.signal = signal;
    render(markup, host);
    new LatentMap(/** @type {HTMLElement} */ (host.querySelector(".stage")), explorer, signal);
    this.strip = new Strip(this.#part("pictures"), "The way through its space", (step) => this.#stand(step));
    const { state } = explorer;
    state.watch(["model", "dims"], () => this.#look(), signal);
    state.watch(["connection", "model"], (now) => this.#tell(now), signal);
    signal.addEventListener("abort", () => this.#leave());
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.host.querySelector(`.${name}`));
  }

  /** How much of the middle of its map is gaps, 0 to 1. */
  get share() {
    return this.#cells?.share ?? 0;
  }

  /** @param {Asked} asked */
  ask(asked) {
    const before = this.#asked;
    this.#asked = asked;
    const { model, drawing } = this.explorer.state.now;
    if (!model) return;
    if (asked.row !== null && asked.row !== before?.row)
      this.explorer.moveTo(heldOutLatent(model, this.#own(asked.row)));
    if (asked.row === null && before?.row !== null && drawing?.latent?.length === model.latentDim) {
      this.explorer.moveTo(drawing.latent);
    }
    if (asked.pixels !== before?.pixels || asked.row !== before?.row) this.#makeNewest(asked);
    if (asked.ends.join() !== before?.ends.join()) this.#walk();
  }

  /**
   * A row that this model has too.
   *
   * @param {number} row
   */
  #own(row) {
    const { model } = this.explorer.state.now;
    return model && row < model.heldOut.count ? row : 0;
  }

  #look() {
    const { model, dims } = this.explorer.state.now;
    this.#cells = null;
    this.seen = null;
    this.#pictured = [];
    if (!model || model.latentDim < 2 || Math.max(...dims) >= model.latentDim) return;
    this.#cells = cellsOf(model, dims);
    queueMicrotask(() => this.#askAgain()); // once the handle is where another model begins
  }

  #askAgain() {
    const asked = this.#asked;
    if (this.signal.aborted || !asked) return;
    this.#asked = null;
    this.ask(asked);
  }

  /** @param {number} step */
  #stand(step) {
    const latent = this.#pictured[step];
    if (!latent) return;
    this.strip.mark(step);
    this.explorer.moveTo(latent);
  }

  #walk() {
    const { model, marks } = this.explorer.state.now;
    const [asked, cells] = [this.#asked, this.#cells];
    if (!model || !asked || !cells) return;
    const [from, to] = asked.ends.map((row) => this.#own(row));
    const walk = walkBetween(model, [from, to]);
    const points = walk.rows.map((row) => ({
      latent: heldOutLatent(model, row),
      label: className(model, row) ?? "",
      kind: /** @type {const} */ ("end"),
    }));
    const gaps = { ways: walk.gaps, cells: cells.gaps };
    this.explorer.state.set({ marks: { ...marks, compare: { points, ways: [walk.way], gaps } } });
    this.seen = { model, share: cells.share, inGap: walk.inGap };
    this.#pictured = walk.pictured;
    this.explorer.attempt(() => this.#decode(model, walk), this.signal);
    this.change();
  }

  /**
   * @param {import("../model.js").Model} model
   * @param {import("./walk.js").Walk} walk
   */
  async #decode(model, { pictured, inGap }) {
    const turn = ++this.#turn;
    const rows = Float32Array.from(pictured.flatMap((latent) => [...latent]));
    const outputs = await this.explorer.client.decode(model, rows, this.signal);
    if (turn !== this.#turn) return;
    const each = pictured.map((_latent, at) => outputs.subarray(at * model.inputDim, (at + 1) * model.inputDim));
    this.strip.show(each, model, inGap);
  }

  /** @param {Asked} asked */
  async #make({ pixels, row }) {
    const { client, state } = this.explorer;
    const { model } = state.now;
    if (!model || (pixels && pixels.length !== model.inputDim)) return;
    await this.explorer.attempt(async () => {
      /** @type {Made | null} */
      let made = null;
      if (pixels) made = await client.reconstruct(model, pixels, this.signal);
      else if (row !== null) {
        const output = await client.decode(model, heldOutLatent(model, this.#own(row)), this.signal);
        made = { output, error: null, percentile: null };
      }
      if (made && model === state.now.model) this.#showMade(made, model);
    }, this.signal);
  }

  /**
   * @param {Made} made
   * @param {import("../model.js").Model} model
   */
  #showMade({ output, error, percentile }, model) {
    paint(/** @type {HTMLCanvasElement} */ (this.host.querySelector(".made canvas")), output, model);
    const unknown = `The server has no picture of this ${noun(model)} to measure it by.`;
    const words = errorWords(error, percentile, noun(model)) || unknown;
    render(html`<strong>Reconstruction</strong><span>${words}</span>`, this.#part("said"));
  }

  /** @param {Readonly<import("../state.js").Shared>} now */
  #tell({ connection, model }) {
    const { kind, detail } = connection;
    const words = kind === "loading" && !model ? "Loading …" : kind === "missing" || kind === "failed" ? detail : "";
    this.#part("told").textContent = words;
  }

  #leave() {
    const marks = { ...this.explorer.state.now.marks };
    delete marks.compare;
    this.explorer.state.set({ marks });
  }
}

const markup = html`
  <div class="result">
    <div class="picture made"><canvas role="img" aria-label="What the model makes of it"></canvas></div>
    <div class="said"></div>
  </div>
  <div class="stage"></div>
  <div class="pictures"></div>
  <p class="told small" role="status"></p>
`;
