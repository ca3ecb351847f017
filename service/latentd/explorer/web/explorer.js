// @ts-check
// What every view is handed: the shared state, the client, and what can be done with both.

import { loadModel, startingPoint } from "./model.js";
import { newestWins } from "./newest.js";
import { ProblemError } from "./problem.js";
import { pinOf } from "./tray.js";

/** @typedef {import("./model.js").Model} Model */

/**
 * @typedef {object} About
 * @property {string | null} [origin] what it is, where it was not drawn by hand
 * @property {readonly import("./draw/sketchpad.js").Stroke[]} [strokes] where it was
 * @property {boolean} [leads] does the handle go to where it lies?
 *
 * @typedef {{ drawing: import("./state.js").Drawing, leads: boolean }} Drawn
 */

/** The server, the shared state, and the few things that change it in more than one place. */
export class Explorer {
  #decodeNewest = newestWins((/** @type {Float32Array} */ latent) => this.#decode(latent));
  #encodeNewest = newestWins((/** @type {Drawn} */ drawn) => this.#encode(drawn));
  #choice = new AbortController();
  #signal;
  #emit;

  /**
   * @param {import("./client.js").Client} client
   * @param {import("./state.js").State} state
   * @param {(type: string, detail: object) => void} emit sends a DOM event from the element
   * @param {AbortSignal} signal ends all that is under way
   */
  constructor(client, state, emit, signal) {
    this.client = client;
    this.state = state;
    this.#emit = emit;
    this.#signal = signal;
    const listen = (/** @type {Event} */ event) => this.#hear(/** @type {CustomEvent} */ (event).detail);
    client.addEventListener("connection", listen, { signal });
  }

  /**
   * Load the list of models, and the one of that name; the server's default without a name.
   *
   * @param {string | null} name
   */
  async start(name) {
    await this.attempt(async () => {
      const { default: usual, models } = await this.client.models(this.#signal);
      this.state.set({ models });
      await this.chooseModel(name || usual);
    });
  }

  /**
   * Show another model. What was drawn is encoded by it; the handle goes to where a link has said, or to where the
   * drawing lies, or to a place with something to see.
   *
   * @param {string} name
   * @param {Partial<import("./state.js").Shared>} [arriving] what is to be when it is shown, such as the point
   */
  async chooseModel(name, arriving = {}) {
    this.#choice.abort();
    this.#choice = new AbortController();
    const signal = AbortSignal.any([this.#signal, this.#choice.signal]);
    this.state.set({ connection: { kind: "loading", detail: name } });
    await this.attempt(async () => {
      const model = await loadModel(this.client, name, signal);
      this.#show(model, arriving);
    }, signal);
  }

  /**
   * Go where a link leads: to the view, the point and, where it is another, the model.
   *
   * @param {string | null} name of the model
   * @param {Partial<import("./state.js").Shared>} shared
   */
  go(name, shared) {
    const { model } = this.state.now;
    const [across, up] = shared.dims ?? [0, 1];
    if (name && name !== model?.name) {
      this.chooseModel(name, { ...shared, dims: [across, up] });
      return;
    }
    if (!model) return;
    this.stay();
    const { latent, ...others } = shared;
    const dims = Math.max(across, up) < model.latentDim ? shared.dims : undefined;
    this.state.set({ ...others, dims: dims ?? [0, Math.min(1, model.latentDim - 1)] });
    if (latent) this.moveTo(latent);
  }

  /** Keep the model that is shown: another that is being loaded is not wanted any more, and one that is missing neither. */
  stay() {
    const { model, connection } = this.state.now;
    if (!model || !["loading", "missing"].includes(connection.kind)) return;
    this.#choice.abort();
    this.state.set({ connection: { kind: "ready", detail: "" } });
  }

  /**
   * @param {Model} model
   * @param {Partial<import("./state.js").Shared>} arriving
   */
  #show(model, arriving) {
    const { latent, drawing, dims, model: last } = { ...this.state.now, ...arriving };
    const isRestored = (last === null || arriving.latent) && latent?.length === model.latentDim;
    const fits = Math.max(...dims) < model.latentDim;
    this.state.set({
      ...arriving,
      model,
      connection: { kind: "ready", detail: "" },
      dims: fits ? dims : [0, Math.min(1, model.latentDim - 1)],
      latent: isRestored ? latent : null,
      decoded: null,
      hidden: new Set(),
      marks: {},
      picking: null,
    });
    const isKept = drawing?.pixels.length === model.inputDim;
    if (isKept) this.draw(drawing.pixels, { ...drawing, leads: !isRestored });
    else this.state.set({ drawing: null });
    if (isRestored && latent) this.moveTo(latent);
    else if (!isKept) this.moveTo(startingPoint(model));
  }

  /**
   * Put the handle there, and decode it as soon as the server has answered what was asked before.
   *
   * @param {Float32Array} latent [L]
   */
  moveTo(latent) {
    const { model } = this.state.now;
    if (model === null) this.state.set({ latent }); // it is where the first model begins
    if (model === null || latent.length !== model.latentDim) return;
    this.state.set({ latent });
    this.#emit("latentchange", { model: model.name, latent: latent.slice() });
    this.#decodeNewest(latent);
  }

  /**
   * Put the handle there, with the picture that it is known to decode to: nothing is asked of the server.
   *
   * @param {Float32Array} latent [L]
   * @param {Float32Array} output [D]
   */
  show(latent, output) {
    const { model } = this.state.now;
    if (model === null || latent.length !== model.latentDim) return;
    this.state.set({ latent, decoded: { latent, output } });
    this.#emit("latentchange", { model: model.name, latent: latent.slice() });
    this.#emit("decode", { model: model.name, latent: latent.slice(), output: output.slice() });
  }

  /**
   * Let this be what was drawn: it is encoded, and the handle goes to its latent.
   *
   * @param {Float32Array | null} pixels [D]; null clears the drawing away
   * @param {About} [about]
   */
  draw(pixels, { origin = null, strokes = [], leads = true } = {}) {
    if (pixels === null) {
      this.state.set({ drawing: null });
      return;
    }
    const { drawing: last } = this.state.now;
    const known = last ?? { latent: null, output: null, error: null, percentile: null };
    const drawing = { ...known, pixels, origin, strokes };
    this.state.set({ drawing });
    this.#encodeNewest({ drawing, leads });
  }

  /**
   * Keep this in the tray, unless it is there.
   *
   * @param {Float32Array} latent [L] of the model that is shown
   * @param {Float32Array} output [D] its picture
   */
  pin(latent, output) {
    const { model, tray } = this.state.now;
    if (!model || pinOf(tray, model, latent)) return;
    const pin = { model: model.name, version: model.version, latent: latent.slice(), output: output.slice() };
    this.state.set({ tray: [...tray, pin] });
    this.say("Pinned to the tray.");
  }

  /** @param {import("./state.js").Pin} pin to be taken from the tray */
  unpin(pin) {
    this.state.set({ tray: this.state.now.tray.filter((each) => each !== pin) });
    this.say("Removed from the tray.");
  }

  /**
   * Show these on the map, in place of what this view showed before.
   *
   * @param {string} view its id
   * @param {import("./state.js").Marks | null} marks
   */
  mark(view, marks) {
    const others = Object.entries(this.state.now.marks).filter(([id]) => id !== view);
    this.state.set({ marks: Object.fromEntries(marks ? [...others, [view, marks]] : others) });
  }

  /**
   * Ask the server with this key from now on, and again what it would not answer without.
   *
   * @param {string} key
   */
  unlock(key) {
    this.state.set({ connection: { kind: "loading", detail: this.state.now.model?.name ?? "" } });
    this.client.apiKey = key;
    this.#emit("keychange", {});
  }

  /** @param {string} words shown for a moment, and read aloud by screen readers */
  say(words) {
    this.state.set({ said: { words } });
  }

  /** @param {Float32Array} latent */
  async #decode(latent) {
    await this.attempt(async () => {
      const { model } = this.state.now;
      if (model === null || latent.length !== model.latentDim) return;
      const output = await this.client.decode(model, latent, this.#signal);
      const { model: present, latent: place, decoded } = this.state.now;
      // Meanwhile another place may have been shown, whose picture was known.
      if (present !== model || (latent !== place && decoded?.latent === place)) return;
      this.state.set({ decoded: { latent, output } });
      this.#emit("decode", { model: model.name, latent: latent.slice(), output: output.slice() });
    });
  }

  /** @param {Drawn} drawn */
  async #encode({ drawing, leads }) {
    await this.attempt(async () => {
      const { model } = this.state.now;
      if (model === null || drawing.pixels.length !== model.inputDim) return;
      const found = await this.client.reconstruct(model, drawing.pixels, this.#signal);
      const { model: present, drawing: newest } = this.state.now;
      if (present !== model || newest === null) return;
      this.state.set({ drawing: { ...newest, ...found } });
      if (leads) this.show(found.latent, found.output);
      this.#emit("encode", { model: model.name, pixels: drawing.pixels.slice(), ...found });
    });
  }

  /**
   * Do it, and let `connection` say what went wrong.
   *
   * @param {() => Promise<void>} work
   * @param {AbortSignal} [signal] work that is called off is no fault
   */
  async attempt(work, signal = this.#signal) {
    try {
      await work();
      if (this.state.now.connection.kind === "failed") this.state.set({ connection: { kind: "ready", detail: "" } });
    } catch (error) {
      if (signal.aborted) return;
      const kind = error instanceof ProblemError && error.type === "model-not-found" ? "missing" : "failed";
      this.state.set({ connection: { kind, detail: error instanceof Error ? error.message : String(error) } });
      if (!(error instanceof ProblemError)) throw error;
    }
  }

  /** @param {{ kind: "ready" | import("./connection.js").Silence, wait: number }} found */
  #hear({ kind, wait }) {
    const { model } = this.state.now;
    const isLoading = kind === "ready" && model === null;
    const again = performance.now() + wait;
    this.state.set({ connection: { kind: isLoading ? "loading" : kind, detail: "", again } });
  }
}
