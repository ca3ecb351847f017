// @ts-check
// Adjust: one slider for each latent dimension, and what moving it does to a picture.

import { bySpread } from "../adjust/scale.js";
import { sliderList, sliderStyles } from "../adjust/sliders.js";
import { adjustStyles } from "../adjust/styles.js";
import { heldOutLatent, heldOutName, noun } from "../model.js";
import { paint } from "../picture.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { readEnd, writeEnd } from "../way/ends.js";
import { pictureOf } from "../way/pictures.js";
import { randomRow, rowOf } from "../way/rows.js";

const MANY = 8; // sliders; more are shown when they are asked for

/**
 * What is adjusted: the sliders are put back to it.
 *
 * @typedef {object} Base
 * @property {import("../model.js").Model} model
 * @property {Float32Array} latent [L]
 * @property {Float32Array | null} pixels what went in, where that is known
 * @property {Float32Array | null} output its reconstruction; null until it has come
 * @property {string} name
 */

/** @type {import("./index.js").View} */
export const adjustView = {
  id: "adjust",
  title: "Adjust",
  place: "panel",
  styles: [adjustStyles, sliderStyles],
  open(host, explorer, signal) {
    new Adjust(host, explorer, signal);
  },
};

class Adjust {
  /** @type {Base | null} */
  #base = null;
  /** @type {Float32Array | null} of the drawing that was adjusted last */
  #drawn = null;
  #showsAll = false;
  /** @type {string | undefined} what the link says of the base */
  #kept;

  /**
   * @param {HTMLElement} host
   * @param {import("../explorer.js").Explorer} explorer
   * @param {AbortSignal} signal
   */
  constructor(host, explorer, signal) {
    this.host = host;
    this.explorer = explorer;
    this.signal = signal;
    render(markup(), host);
    const { state } = explorer;
    state.watch(["model", "latent", "drawing", "dims", "parameters"], () => this.#follow(), signal);
    signal.addEventListener("abort", () => this.#keep(undefined));
    state.watch(["decoded"], ({ decoded }) => decoded && this.#paint("adjusted", decoded.output), signal);
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.host.querySelector(`.${name}`));
  }

  #follow() {
    const { model, latent, drawing, parameters } = this.explorer.state.now;
    if (!model || latent?.length !== model.latentDim) return;
    const drawn = drawing?.latent?.length === model.latentDim ? drawing.latent : null;
    const isNew = drawn !== this.#drawn;
    this.#drawn = drawn;
    const linked = parameters.of === this.#kept ? null : readEnd(model, parameters.of);
    if (linked) this.#beginAt(model, linked.latent);
    else if (drawing && drawn && isNew) {
      const { pixels, output, origin } = drawing;
      this.#begin({ model, latent: drawn, pixels, output, name: origin ?? "your drawing" });
      this.#keep(undefined);
    } else if (this.#base?.model !== model || (isNew && !drawn)) this.#beginAt(model, latent);
    else if (latent !== this.#base.latent) {
      const row = rowOf(model, latent); // one that was chosen on the map is adjusted from now on
      if (row !== null && rowOf(model, this.#base.latent) !== row) this.#beginAt(model, latent);
    }
    this.#show();
  }

  /**
   * @param {import("../model.js").Model} model
   * @param {Float32Array} latent
   */
  #beginAt(model, latent) {
    const row = rowOf(model, latent);
    const name = row === null ? "this place" : heldOutName(model, row);
    this.#begin({ model, latent, pixels: null, output: null, name });
    this.#keep(writeEnd({ row, latent }));
  }

  /** @param {string | undefined} of what is adjusted, for the link; a drawing has no word there */
  #keep(of) {
    const { of: _last, ...others } = this.explorer.state.now.parameters;
    this.#kept = of;
    if (_last !== of) this.explorer.state.set({ parameters: of === undefined ? others : { ...others, of } });
  }

  /** @param {Base} base */
  #begin(base) {
    this.#base = base;
    this.#showOriginal(base.pixels);
    if (base.output) this.#paint("reconstruction", base.output);
    else this.explorer.attempt(() => this.#reconstruct(base), this.signal);
  }

  /** @param {Base} base */
  async #reconstruct(base) {
    const { client } = this.explorer;
    base.output = await client.decode(base.model, base.latent, this.signal);
    if (base === this.#base) this.#paint("reconstruction", base.output);
    const row = rowOf(base.model, base.latent);
    if (row !== null) base.pixels = await pictureOf(client, base.model, row, this.signal);
    if (base.pixels && base === this.#base) this.#showOriginal(base.pixels);
  }

  /** @param {Float32Array | null} pixels */
  #showOriginal(pixels) {
    this.#part("original").hidden = pixels === null;
    this.#part("absent").hidden = pixels !== null;
    if (pixels) this.#paint("original", pixels);
    this.#show();
  }

  #another() {
    const { model } = this.explorer.state.now;
    if (model) this.explorer.moveTo(heldOutLatent(model, randomRow(model)));
  }

  /**
   * @param {string} name
   * @param {Float32Array} row
   */
  #paint(name, row) {
    const { model } = this.explorer.state.now;
    const canvas = /** @type {HTMLCanvasElement} */ (this.host.querySelector(`.${name} canvas`));
    if (model) paint(canvas, row, model);
  }

  #show() {
    const { model, latent, dims } = this.explorer.state.now;
    const base = this.#base;
    if (!model || !latent || !base) return;
    const all = model.latentDim <= MANY ? [...latent.keys()] : bySpread(model);
    const order = this.#showsAll ? all : all.slice(0, MANY);
    const isMoved = latent.some((value, dim) => value !== base.latent[dim]);
    render(introduction(model, base), this.#part("words"));
    render(
      html`${sliderList({ model, order, dims, latent, base: base.latent, ...this.#actions })}
        <div class="row">
          <button class="button" ?disabled=${!isMoved} @click=${() => this.explorer.moveTo(base.latent)}>
            Put all back
          </button>
          <button class="button" ?disabled=${!isMoved} @click=${() => this.#startHere()}>Begin from here</button>
          <button class="button" @click=${() => this.#another()}>Another ${noun(model)}</button>
          ${
            model.latentDim > MANY
              ? html`<button class="button" aria-pressed=${this.#showsAll} @click=${() => this.#toggle()}>
                  Show all ${model.latentDim}
                </button>`
              : nothing
          }
        </div>
        ${
          model.latentDim > MANY
            ? html`<p class="lead small">
                ${this.#showsAll ? "All dimensions, those" : `The ${MANY} dimensions`} in which the training
                ${noun(model)}s differ most${this.#showsAll ? " first" : ""}. Two of them are the map's.
              </p>`
            : nothing
        }`,
      this.#part("controls"),
    );
  }

  #actions = {
    move: (/** @type {number} */ dim, /** @type {number} */ value) => {
      const { latent } = this.explorer.state.now;
      if (latent) this.explorer.moveTo(latent.with(dim, value));
    },
    reset: (/** @type {number} */ dim) => {
      if (this.#base) this.#actions.move(dim, this.#base.latent[dim]);
      /** @type {HTMLElement} */ (this.host.querySelector(`#latent-${dim}`)).focus(); // its button is gone
    },
  };

  #startHere() {
    const { model, latent } = this.explorer.state.now;
    if (model && latent) this.#beginAt(model, latent);
    this.#show();
  }

  #toggle() {
    this.#showsAll = !this.#showsAll;
    this.#show();
  }
}

function markup() {
  return html`
    <div class="words"></div>
    <div class="three">
      <figure>
        <div class="picture original" hidden><canvas role="img" aria-label="The original"></canvas></div>
        <div class="absent">not known here</div>
        <figcaption>Original</figcaption>
      </figure>
      <figure>
        <div class="picture reconstruction"><canvas role="img" aria-label="The reconstruction"></canvas></div>
        <figcaption>Reconstruction</figcaption>
      </figure>
      <figure>
        <div class="picture adjusted"><canvas role="img" aria-label="The adjusted picture"></canvas></div>
        <figcaption>Adjusted</figcaption>
      </figure>
    </div>
    <div class="controls"></div>
  `;
}

/**
 * @param {import("../model.js").Model} model
 * @param {Base} base
 */
function introduction(model, base) {
  return html`
    <h2>Turn one number, keep the others</h2>
    <p class="lead">
      You adjust <strong>${base.name}</strong>. Equal steps of a slider pass equal shares of the training
      ${noun(model)}s; the small mark is where it began.
    </p>
  `;
}
