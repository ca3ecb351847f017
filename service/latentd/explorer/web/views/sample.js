// @ts-check
// Sample: pictures that nobody has seen before, from latents that the model's density gives.

import { icons } from "../icons.js";
import { noun } from "../model.js";
import { paint } from "../picture.js";
import { inWords } from "../tray-files.js";
import { pinOf } from "../tray.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { sampleStyles } from "./sample-styles.js";

/**
 * @typedef {import("../explorer.js").Explorer} Explorer
 * @typedef {import("../model.js").Model} Model
 */

/**
 * @typedef {object} Sample
 * @property {string} source `prior` or `fitted density`
 * @property {Float32Array[]} latents
 * @property {Float32Array[]} outputs
 */

const COUNTS = [4, 9, 16, 25, 36];
const USUAL = 16;
const SEEDS = 100_000; // of those made up here; any whole number may be typed

/** @type {import("./index.js").View} */
export const sampleView = {
  id: "sample",
  title: "Sample",
  place: "panel",
  styles: sampleStyles,
  open(host, explorer, signal) {
    new SampleView(host, explorer, signal);
  },
};

class SampleView {
  /** @type {Sample | null} */
  #sample = null;
  /** @type {string | null} */
  #asked = null;
  #chosen = 0;
  #question = new AbortController();

  /**
   * @param {HTMLElement} host
   * @param {Explorer} explorer
   * @param {AbortSignal} signal
   */
  constructor(host, explorer, signal) {
    this.host = host;
    this.explorer = explorer;
    this.signal = signal;
    const { state } = explorer;
    state.watch(["model", "parameters"], () => this.#ask(), signal);
    state.watch(["tray"], () => this.#render(), signal);
    signal.addEventListener("abort", () => this.#mark(null, []));
  }

  /** Ask for what the link says, unless it is there. */
  async #ask() {
    const { model, parameters } = this.explorer.state.now;
    if (!model || this.signal.aborted) return;
    if (!isSeed(parameters.seed)) {
      this.#again();
      return;
    }
    const question = `${model.name} ${model.version} ${parameters.seed} ${count(parameters)}`;
    if (question === this.#asked) return;
    this.#asked = question;
    this.#question.abort();
    this.#question = new AbortController();
    const signal = AbortSignal.any([this.signal, this.#question.signal]);
    this.#render();
    await this.explorer.attempt(async () => {
      const query = { n: count(parameters), seed: parameters.seed };
      const { source, latents, outputs } = await this.explorer.client.view("sample", model, query, signal);
      const rows = (/** @type {number[][]} */ numbers) => numbers.map((row) => Float32Array.from(row.flat(2)));
      this.#sample = { source, latents: rows(latents), outputs: rows(outputs) };
      this.#chosen = 0;
      this.#render();
      this.#mark(null);
    }, signal);
  }

  /** Another seed, and with it other pictures. */
  #again() {
    this.#keep({ seed: String(Math.floor(Math.random() * SEEDS)) });
  }

  /** @param {Record<string, string>} values what the link is to say */
  #keep(values) {
    const { state } = this.explorer;
    state.set({ parameters: { ...state.now.parameters, ...values } });
  }

  /**
   * Show on the map where the pictures lie, and one of them apart.
   *
   * @param {number | null} chosen
   * @param {Float32Array[]} [latents]
   */
  #mark(chosen, latents = this.#sample?.latents ?? []) {
    const kind = (/** @type {number} */ at) => /** @type {"end" | "pin"} */ (at === chosen ? "end" : "pin");
    const points = latents.map((latent, at) => ({ latent, label: "", kind: kind(at) }));
    if (chosen !== null) points.push(...points.splice(chosen, 1)); // over the others
    this.explorer.mark("sample", latents.length ? { points, ways: [] } : null);
  }

  #render() {
    const { model, parameters } = this.explorer.state.now;
    if (!model) return;
    render(
      html`
        <div class="words">
          <h2>${isDigits(model) ? "Digits that nobody has written" : "What nobody has seen before"}</h2>
          <p class="lead">${introduction(this.#sample?.source)}</p>
        </div>
        <div class="ask">${this.#controls(parameters)}</div>
        <div
          class="sheet"
          role="group"
          aria-label="Samples"
          @keydown=${(/** @type {KeyboardEvent} */ event) => this.#press(event)}
        >
          ${this.#sample?.outputs.map((_output, at) => this.#drawn(model, at)) ?? nothing}
        </div>
      `,
      this.host,
    );
    for (const [at, canvas] of this.host.querySelectorAll("canvas").entries()) {
      const output = this.#sample?.outputs[at];
      if (output?.length === model.inputDim) paint(canvas, output, model);
    }
  }

  /** @param {Readonly<Record<string, string>>} parameters */
  #controls(parameters) {
    const type = (/** @type {Event} */ { target }) => {
      const { value } = /** @type {HTMLInputElement} */ (target);
      if (isSeed(value)) this.#keep({ seed: String(Number(value)) });
    };
    const choose = (/** @type {Event} */ { target }) =>
      this.#keep({ n: /** @type {HTMLSelectElement} */ (target).value });
    return html`
      <button class="button primary" @click=${() => this.#again()}>${icons.dice}Again</button>
      <label>
        Seed
        <input inputmode="numeric" pattern="[0-9]{1,15}" required .value=${parameters.seed ?? ""} @change=${type} />
      </label>
      <label>
        Pictures
        <select @change=${choose}>
          ${COUNTS.map((n) => html`<option value=${n} ?selected=${n === count(parameters)}>${n}</option>`)}
        </select>
      </label>
      ${this.#sample ? html`<span class="source">drawn from the ${this.#sample.source}</span>` : nothing}
    `;
  }

  /**
   * @param {Model} model
   * @param {number} at
   */
  #drawn(model, at) {
    const { explorer } = this;
    const { latents, outputs } = /** @type {Sample} */ (this.#sample);
    const pin = pinOf(explorer.state.now.tray, model, latents[at]);
    const keep = () => (pin ? explorer.unpin(pin) : explorer.pin(latents[at], outputs[at]));
    const show = () => {
      this.#mark(at);
      this.#chosen = at;
      this.#render();
    };
    const tabindex = at === this.#chosen ? 0 : -1;
    return html`
      <div
        class="drawn"
        @pointerenter=${() => this.#mark(at)}
        @pointerleave=${() => this.#mark(null)}
        @focusin=${show}
        @focusout=${() => this.#mark(null)}
      >
        <button
          class="picture"
          tabindex=${tabindex}
          aria-label="Sample ${at + 1} at ${inWords(latents[at])}"
          title="Go there: ${inWords(latents[at])}"
          @click=${() => explorer.moveTo(latents[at])}
        >
          <canvas></canvas>
        </button>
        <button
          class="keep"
          tabindex=${tabindex}
          aria-label="Pin sample ${at + 1}"
          title=${pin ? "Take it from the tray" : "Pin it to the tray"}
          aria-pressed=${Boolean(pin)}
          @click=${keep}
        >
          ${icons.pin}
        </button>
      </div>
    `;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const pictures = /** @type {NodeListOf<HTMLElement>} */ (this.host.querySelectorAll(".drawn .picture"));
    const tops = [...pictures].map((picture) => picture.getBoundingClientRect().top);
    const across = tops.filter((top) => top === tops[0]).length;
    /** @type {Record<string, number>} */
    const ways = {
      ArrowRight: this.#chosen + 1,
      ArrowLeft: this.#chosen - 1,
      ArrowDown: this.#chosen + across,
      ArrowUp: this.#chosen - across,
      Home: 0,
      End: pictures.length - 1,
    };
    const to = ways[event.key];
    if (to === undefined) return;
    event.preventDefault();
    pictures[to]?.focus();
  }
}

/** @param {string | undefined} source */
function introduction(source) {
  if (source === undefined) return "…";
  const whence =
    source === "prior"
      ? "Latents drawn from a standard normal distribution, the prior that this model was trained to follow, are decoded."
      : "This model was trained without a prior. Latents drawn from a density fitted to those of its training set are decoded.";
  return `${whence} Point at a picture to see where it lies.`;
}

/** @param {Model} model */
function isDigits(model) {
  return noun(model) === "digit";
}

/** @param {Readonly<Record<string, string>>} parameters */
function count({ n }) {
  return COUNTS.includes(Number(n)) ? Number(n) : USUAL;
}

/** @param {string | undefined} text */
function isSeed(text) {
  return text !== undefined && /^\d{1,15}$/.test(text);
}
