// @ts-check
// Interpolate: the way between two latents, as a strip and in motion; the handle walks along it on the map.

import { icons } from "../icons.js";
import { noun } from "../model.js";
import { newestWins } from "../newest.js";
import { paint } from "../picture.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { endAt, endControls, endName, endStyles, readEnd, shortName, usualEnds, writeEnd } from "../way/ends.js";
import { Player } from "../way/player.js";
import { Strip, stripStyles } from "../way/strip.js";
import { wayStyles } from "../way/styles.js";

/**
 * @typedef {import("../model.js").Model} Model
 * @typedef {import("../way/ends.js").End} End
 */

const STEPS = [5, 7, 9, 12, 16, 24];
const USUAL = 9;
const MOST = 64; // frames, of which the strip shows some
const NEAR = 1e-3; // of the way's length
const NAMES = ["From", "To"];

/** @type {import("./index.js").View} */
export const interpolateView = {
  id: "interpolate",
  title: "Interpolate",
  place: "panel",
  styles: [wayStyles, endStyles, stripStyles],
  open(host, explorer, signal) {
    new Interpolate(host, explorer, signal);
  },
};

class Interpolate {
  /** @type {Model | null} */
  #model = null;
  /** @type {[End, End] | null} */
  #ends = null;
  #steps = USUAL;
  /** @type {"linear" | "slerp"} */
  #method = "linear";
  /** @type {{ latents: Float32Array[], outputs: Float32Array[], stride: number } | null} */
  #way = null;
  /** What the link says of the way. */
  #kept = "";
  /** Is the way the link's, which may say where on it the handle stands? */
  #isLinked = false;
  /** @type {0 | 1 | null} the end that is being picked on the map */
  #asked = null;
  #fetchNewest = newestWins(() => this.#fetch());

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
    this.player = new Player((frame) => this.#see(frame), signal);
    const seek = (/** @type {number} */ step) => this.player.seek(step * (this.#way?.stride ?? 1));
    this.strip = new Strip(this.#part("pictures"), "The way, step by step", seek);
    explorer.state.watch(["model", "latent", "parameters"], () => this.#begin(), signal);
    explorer.state.watch(["picking"], () => this.#show(), signal);
    signal.addEventListener("abort", () => this.#leave());
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.host.querySelector(`.${name}`));
  }

  /** Take the ends that the link names, else two to begin with; of another model, the same rows. */
  #begin() {
    const { model, latent, parameters } = this.explorer.state.now;
    if (!model || !latent || (model === this.#model && wayOf(parameters) === this.#kept)) return;
    this.#model = model;
    this.#isLinked = parameters.from !== undefined;
    const usual = usualEnds(model, latent);
    this.#ends = [readEnd(model, parameters.from) ?? usual[0], readEnd(model, parameters.to) ?? usual[1]];
    const steps = Number(parameters.steps);
    this.#steps = STEPS.includes(steps) ? steps : USUAL;
    this.#method = parameters.method === "slerp" && model.kind === "vae" ? "slerp" : "linear";
    this.#change({});
  }

  /** @param {Partial<{ ends: [End, End], steps: number, method: "linear" | "slerp" }>} change */
  #change({ ends = this.#ends ?? undefined, steps = this.#steps, method = this.#method }) {
    if (!ends) return;
    [this.#ends, this.#steps, this.#method] = [ends, steps, method];
    const { parameters } = this.explorer.state.now;
    const [from, to] = ends.map(writeEnd);
    const next = { ...parameters, from, to, steps: String(steps), method };
    this.#kept = wayOf(next);
    this.explorer.state.set({ parameters: next });
    this.#refresh();
  }

  #refresh() {
    this.#show();
    this.#fetchNewest(undefined);
  }

  async #fetch() {
    const [model, ends, steps] = [this.#model, this.#ends, this.#steps];
    if (!model || !ends) return;
    const stride = Math.max(1, Math.floor(MOST / (steps - 1)));
    const [from, to] = ends.map(({ latent }) => [...latent].map((value) => Number(value.toPrecision(9))).join(","));
    const query = { from, to, steps: (steps - 1) * stride + 1, method: this.#method };
    await this.explorer.attempt(async () => {
      const { latents, outputs } = await this.explorer.client.view("interpolate", model, query, this.signal);
      if (ends !== this.#ends || steps !== this.#steps) return;
      const rows = (/** @type {number[][]} */ list) => list.map((row) => Float32Array.from(row));
      this.#walk({ latents: rows(latents), outputs: rows(outputs), stride }, model, ends);
    }, this.signal);
  }

  /**
   * @param {{ latents: Float32Array[], outputs: Float32Array[], stride: number }} way
   * @param {Model} model
   * @param {[End, End]} ends
   */
  #walk(way, model, ends) {
    this.#way = way;
    this.strip.show(
      way.outputs.filter((_output, frame) => frame % way.stride === 0),
      model,
    );
    for (const [at, output] of [way.outputs[0], way.outputs[way.outputs.length - 1]].entries()) {
      paint(/** @type {HTMLCanvasElement} */ (this.host.querySelectorAll(".end canvas")[at]), output, model);
    }
    const points = ends.map((end) => ({
      latent: end.latent,
      label: shortName(model, end),
      kind: /** @type {const} */ ("end"),
    }));
    const { marks } = this.explorer.state.now;
    this.explorer.state.set({ marks: { ...marks, interpolate: { points, ways: [way.latents] } } });
    const { latent } = this.explorer.state.now;
    const frame = this.#isLinked && latent ? frameAt(way.latents, latent) : null;
    this.#isLinked = false;
    this.player.load(way.outputs.length, way.stride, frame);
  }

  /** @param {number} frame */
  #see(frame) {
    const [way, model] = [this.#way, this.#model];
    if (!way || !model || this.signal.aborted) return;
    paint(/** @type {HTMLCanvasElement} */ (this.host.querySelector(".now canvas")), way.outputs[frame], model);
    this.explorer.show(way.latents[frame], way.outputs[frame]);
    this.strip.mark(Math.round(frame / way.stride));
    this.#showPlayer(way, frame);
  }

  /**
   * @param {{ outputs: Float32Array[], stride: number }} way
   * @param {number} frame
   */
  #showPlayer({ outputs, stride }, frame) {
    const last = outputs.length - 1;
    const words = `step ${(1 + frame / stride).toFixed(frame % stride ? 1 : 0)} of ${1 + last / stride}`;
    const { playing } = this.player;
    const scrub = (/** @type {Event} */ event) =>
      this.player.seek(Number(/** @type {HTMLInputElement} */ (event.target).value));
    render(
      html`
        <input
          type="range"
          aria-label="Place on the way"
          aria-valuetext=${words}
          min="0"
          max=${last}
          step="1"
          .value=${String(frame)}
          @input=${scrub}
        />
        <div class="row">
          <button class="button primary" @click=${() => this.player.toggle()}>
            ${playing ? icons.pause : icons.play}${playing ? "Pause" : "Play"}
          </button>
          <span class="figures">${words}</span>
        </div>
      `,
      this.#part("play"),
    );
  }

  #show() {
    const [model, ends] = [this.#model, this.#ends];
    if (!model || !ends) return;
    const { picking } = this.explorer.state.now;
    if (!picking) this.#asked = null;
    render(introduction(model), this.#part("words"));
    for (const [at, fieldset] of this.host.querySelectorAll(".end").entries()) {
      const actions = {
        choose: (/** @type {End} */ end) => this.#choose(at, end),
        pick: () => this.#pick(/** @type {0 | 1} */ (at)),
        picking: this.#asked === at,
      };
      render(endName(model, ends[at]), /** @type {HTMLElement} */ (fieldset.querySelector(".what")));
      render(
        endControls(model, ends[at], NAMES[at], actions),
        /** @type {HTMLElement} */ (fieldset.querySelector(".change")),
      );
    }
    render(this.#options(model, ends), this.#part("options"));
  }

  /**
   * @param {Model} model
   * @param {[End, End]} ends
   */
  #options(model, ends) {
    const value = (/** @type {Event} */ event) => /** @type {HTMLSelectElement} */ (event.target).value;
    return html`
      <button class="button" @click=${() => this.#change({ ends: [ends[1], ends[0]] })}>${icons.swap}Swap</button>
      <label>
        Steps
        <select
          aria-label="Steps"
          @change=${(/** @type {Event} */ event) => this.#change({ steps: Number(value(event)) })}
        >
          ${STEPS.map((steps) => html`<option value=${steps} .selected=${steps === this.#steps}>${steps}</option>`)}
        </select>
      </label>
      ${
        model.kind === "vae"
          ? html`<label>
              Way
              <select
                aria-label="Way"
                @change=${(/** @type {Event} */ event) =>
                  this.#change({ method: value(event) === "slerp" ? "slerp" : "linear" })}
              >
                <option value="linear" .selected=${this.#method === "linear"}>straight</option>
                <option value="slerp" .selected=${this.#method === "slerp"}>along the arc (slerp)</option>
              </select>
            </label>`
          : nothing
      }
    `;
  }

  /**
   * @param {number} at
   * @param {End} end
   */
  #choose(at, end) {
    const ends = this.#ends;
    if (ends) this.#change({ ends: at === 0 ? [end, ends[1]] : [ends[0], end] });
  }

  /** @param {0 | 1} at */
  #pick(at) {
    const { state } = this.explorer;
    const model = this.#model;
    const isAsked = this.#asked === at;
    this.#asked = isAsked ? null : at;
    if (isAsked || !model) {
      state.set({ picking: null });
      return;
    }
    this.player.seek(this.player.frame);
    const done = (/** @type {Float32Array} */ latent) => this.#choose(at, endAt(model, latent));
    const prompt = at === 0 ? "Choose where to begin" : "Choose where to go";
    state.set({ picking: { prompt: `${prompt}: click or tap, or move the ring and press Enter`, done } });
    this.#show();
  }

  #leave() {
    const marks = { ...this.explorer.state.now.marks };
    delete marks.interpolate;
    const { picking } = this.explorer.state.now;
    this.explorer.state.set({ marks, picking: this.#asked === null ? picking : null });
  }
}

/**
 * What a link says of the way, to tell one from another.
 *
 * @param {Readonly<Record<string, string>>} parameters
 */
function wayOf({ from, to, steps, method }) {
  return [from, to, steps, method].join(" ");
}

/**
 * The frame at a latent, as far as links are exact, or null where it is not on the way.
 *
 * @param {Float32Array[]} way
 * @param {Float32Array} latent
 */
function frameAt(way, latent) {
  const apart = (/** @type {Float32Array} */ one, /** @type {Float32Array} */ other) =>
    Math.hypot(...one.map((value, dim) => value - other[dim]));
  const distances = way.map((place) => apart(place, latent));
  const least = Math.min(...distances);
  return least < NEAR * apart(way[0], way[way.length - 1]) ? distances.indexOf(least) : null;
}

function markup() {
  const end = (/** @type {string} */ name) => html`
    <fieldset class="end">
      <legend class="unseen">${name}</legend>
      <div class="picture"><canvas aria-hidden="true"></canvas></div>
      <div class="what"></div>
      <div class="change"></div>
    </fieldset>
  `;
  return html`
    <div class="words"></div>
    <div class="ends">${NAMES.map(end)}</div>
    <div class="stage-picture">
      <div class="picture now"><canvas role="img" aria-label="The picture on the way"></canvas></div>
      <div class="play"></div>
    </div>
    <div class="pictures"></div>
    <div class="options"></div>
  `;
}

/** @param {Model} model */
function introduction(model) {
  return html`
    <h2>From one ${noun(model)} to another</h2>
    <p class="lead">
      Every place between two latents decodes to something. The line on the map is the way; the ring walks it.
    </p>
  `;
}
