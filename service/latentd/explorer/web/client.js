// @ts-check
// The server's HTTP contract, as far as the views need it. Rows are raw float32 both ways.

import { readProblem } from "./problem.js";

const RAW = "application/octet-stream";
const JSON_TYPE = "application/json";
const PNG = "image/png";
const BUSY = [429, 502, 503, 504];
const PATIENCE = 20_000; // milliseconds without an answer
const LONGEST_PAUSE = 4_000;

/**
 * @typedef {object} ModelSummary
 * @property {string} name
 * @property {number} version
 * @property {number[]} versions
 * @property {string} kind
 * @property {string} description
 * @property {number} input_dim
 * @property {number} latent_dim
 * @property {number[] | null} picture_shape
 * @property {{ low: number, high: number } | null} value_range
 * @property {number} parameters
 */

/**
 * Which model is asked.
 *
 * @typedef {{ name: string, version: number }} Which
 */

/**
 * @typedef {object} Reconstruction
 * @property {Float32Array} output
 * @property {Float32Array} latent
 * @property {number} error
 * @property {number} percentile
 */

/**
 * Held-out inputs themselves.
 *
 * @typedef {object} Examples
 * @property {Uint32Array} indices their rows in the held-out set, [K]
 * @property {Uint16Array | null} labels [K]
 * @property {Float32Array[]} inputs [K][D], in the model's value range
 */

/**
 * @typedef {object} Question
 * @property {Record<string, string | number | undefined>} [query]
 * @property {Float32Array} [rows] the body; makes it a POST
 * @property {Blob} [file] a picture file as the body, by its own media type
 * @property {string} [accept]
 * @property {AbortSignal} [signal]
 */

/**
 * Where there is no answer: nobody is there, somebody is who does not let pages of this origin read answers, or the
 * server is busy.
 *
 * @typedef {"unreachable" | "barred" | "busy"} Silence
 */

/**
 * Asks one server. What finds it silent is tried again until its signal ends it; each time, and when it answers again, an
 * event `connection` tells: its `detail` has the `kind`, a Silence or "ready", and the milliseconds to `wait`.
 */
export class Client extends EventTarget {
  /** @type {Silence | "ready"} */
  #connection = "ready";
  /** @type {Set<() => void>} */
  #pauses = new Set();
  /** @type {{ over: Promise<unknown>, end: () => void } | null} */
  #absence = null;
  /** How often the server has been silent since it last answered. */
  #attempts = 0;

  /**
   * @param {URL} server ends with a slash
   * @param {string | null} apiKey sent as a bearer token
   */
  constructor(server, apiKey = null) {
    super();
    this.server = server;
    this.apiKey = apiKey;
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<{ default: string, models: ModelSummary[] }>}
   */
  async models(signal) {
    return (await this.ask("models", { signal })).json();
  }

  /**
   * The manifest of a model.
   *
   * @param {string} name
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async manifest(name, signal) {
    return (await this.ask(`models/${encodeURIComponent(name)}`, { signal })).json();
  }

  /**
   * The held-out latents, [M, L] row by row, and their labels, [M].
   *
   * @param {Which} model
   * @param {AbortSignal} [signal]
   * @returns {Promise<{ latents: Float32Array, labels: Uint16Array | null }>}
   */
  async heldOut(model, signal) {
    const answer = await this.view("latents", model, {}, signal);
    return {
      latents: Float32Array.from(answer.latents.flat()),
      labels: answer.labels && Uint16Array.from(answer.labels),
    };
  }

  /**
   * Held-out inputs themselves; a seed shuffles them, so that `{ limit: 1, seed }` is a random one. Throws a
   * ProblemError `examples-missing` where the model has none, which `hasExamples` of model.js knows before.
   *
   * @param {Which} model
   * @param {{ offset?: number, limit?: number, seed?: number }} [chosen] without anything, all that there are
   * @param {AbortSignal} [signal]
   * @returns {Promise<Examples>}
   */
  async examples(model, chosen = {}, signal) {
    const { indices, labels, inputs } = await this.view("examples", model, chosen, signal);
    return {
      indices: Uint32Array.from(indices),
      labels: labels && Uint16Array.from(labels),
      inputs: inputs.map((/** @type {number[]} */ input) => Float32Array.from(input)),
    };
  }

  /**
   * All of them as one PNG, ⌈√K⌉ pictures wide, without gaps; and which they are.
   *
   * @param {Which} model
   * @param {AbortSignal} [signal]
   * @returns {Promise<{ indices: Uint32Array, sheet: Blob }>}
   */
  async exampleSheet(model, signal) {
    const [known, sheet] = await Promise.all([
      this.view("examples", model, { inputs: "false" }, signal),
      this.ask("examples", { query: which(model), accept: PNG, signal }).then((response) => response.blob()),
    ]);
    return { indices: Uint32Array.from(known.indices), sheet };
  }

  /**
   * The outputs of latents, [N, L] → [N, D], row by row.
   *
   * @param {Which} model
   * @param {Float32Array} latents
   * @param {AbortSignal} [signal]
   */
  async decode(model, latents, signal) {
    return this.#floats(await this.ask("decode", { query: which(model), rows: latents, accept: RAW, signal }));
  }

  /**
   * The outputs of N latents as one PNG, ⌈√N⌉ pictures wide, without gaps.
   *
   * @param {Which} model
   * @param {Float32Array} latents
   * @param {AbortSignal} [signal]
   */
  async decodeSheet(model, latents, signal) {
    return (await this.ask("decode", { query: which(model), rows: latents, accept: PNG, signal })).blob();
  }

  /**
   * The latents of inputs, [N, D] → [N, L].
   *
   * @param {Which} model
   * @param {Float32Array} inputs
   * @param {AbortSignal} [signal]
   */
  async encode(model, inputs, signal) {
    return this.#floats(await this.ask("encode", { query: which(model), rows: inputs, accept: RAW, signal }));
  }

  /**
   * The reconstruction of one input, [D].
   *
   * @param {Which} model
   * @param {Float32Array} input
   * @param {AbortSignal} [signal]
   * @returns {Promise<Reconstruction>}
   */
  async reconstruct(model, input, signal) {
    const response = await this.ask("reconstruct", { query: which(model), rows: input, accept: JSON_TYPE, signal });
    const answer = await response.json();
    const first = (/** @type {any} */ field) => (Array.isArray(field) ? field[0] : field);
    return {
      output: Float32Array.from(answer.outputs.flat()),
      latent: Float32Array.from(answer.latents.flat()),
      error: first(answer.errors),
      percentile: first(answer.percentiles),
    };
  }

  /**
   * A picture file made to fit the model, as a PNG: the input above its reconstruction.
   *
   * @param {Which} model
   * @param {Blob} file
   * @param {boolean} invert is it dark on light?
   * @param {AbortSignal} [signal]
   */
  async fitPicture(model, file, invert, signal) {
    const query = { ...which(model), fit: "center", invert: String(invert) };
    return (await this.ask("reconstruct", { query, file, accept: PNG, signal })).blob();
  }

  /**
   * The JSON of a GET view: /latents, /examples, /grid, /traverse, /interpolate, /sample.
   *
   * @param {string} path
   * @param {Which} model
   * @param {Record<string, string | number | undefined>} query
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async view(path, model, query, signal) {
    return (await this.ask(path, { query: { ...which(model), ...query }, accept: JSON_TYPE, signal })).json();
  }

  /**
   * Where something is, for links.
   *
   * @param {string} path
   * @param {Record<string, string | number | undefined>} [query]
   */
  address(path, query = {}) {
    const url = new URL(path, this.server);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, `${value}`);
    return url;
  }

  /**
   * The server's answer, once it has one. Throws a ProblemError, or what the signal was aborted with.
   *
   * @param {string} path
   * @param {Question} question
   * @returns {Promise<Response>}
   */
  async ask(path, { query, rows, file, accept = JSON_TYPE, signal }) {
    /** @type {Record<string, string>} */
    const headers = { Accept: accept };
    if (rows || file) headers["Content-Type"] = file?.type ?? RAW;
    if (this.apiKey) headers.Authorization = `Bearer ${this.apiKey}`;
    const body = file ?? /** @type {BodyInit | undefined} */ (rows);
    const options = { method: body ? "POST" : "GET", headers, body };
    const url = this.address(path, query);
    let leads = false;
    try {
      for (let attempt = 0; ; attempt++) {
        if (!leads) await this.#away(signal);
        const response = await this.#attempt(url, options, signal);
        if (response && !BUSY.includes(response.status)) {
          this.#tell("ready");
          if (response.ok) return response;
          throw await readProblem(response);
        }
        if (!response && !leads && this.#absence) continue;
        if (!response) leads = this.#lead(leads);
        const wait = pauseAfter(response ? attempt : this.#attempts++, response);
        this.#tell(response ? "busy" : await this.#silence(signal), wait);
        await this.#pause(wait, signal);
      }
    } finally {
      if (leads) this.#follow();
    }
  }

  /**
   * Wait while the server is away: one question is tried again for all that there are.
   *
   * @param {AbortSignal} [signal]
   */
  async #away(signal) {
    while (this.#absence) {
      const { over } = this.#absence;
      await new Promise((resolve) => {
        over.then(resolve);
        signal?.addEventListener("abort", resolve, { once: true });
      });
      signal?.throwIfAborted();
    }
  }

  /** @param {boolean} leads does it already? */
  #lead(leads) {
    if (!leads) {
      let end = () => {};
      const over = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (end = resolve));
      this.#absence = { over, end };
    }
    return true;
  }

  /** The question that was tried again has its answer, or is no longer asked: the others go on. */
  #follow() {
    this.#absence?.end();
    this.#absence = null;
  }

  /** Whoever waits before another attempt makes it now. */
  tryNow() {
    for (const end of [...this.#pauses]) end();
  }

  /**
   * The answer, or null where there is none.
   *
   * @param {URL} url
   * @param {RequestInit} options
   * @param {AbortSignal} [signal]
   */
  async #attempt(url, options, signal) {
    const timeout = AbortSignal.timeout(PATIENCE);
    try {
      return await fetch(url, { ...options, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    } catch {
      signal?.throwIfAborted();
      return null;
    }
  }

  /**
   * Why there is no answer. A browser tells pages of other origins only that there is one that they may not read.
   *
   * @param {AbortSignal} [signal]
   * @returns {Promise<Silence>}
   */
  async #silence(signal) {
    if (this.server.origin === location.origin) return "unreachable";
    const timeout = AbortSignal.timeout(PATIENCE);
    try {
      await fetch(this.address("health/live"), { mode: "no-cors", signal: timeout });
      return "barred";
    } catch {
      signal?.throwIfAborted();
      return "unreachable";
    }
  }

  /** @param {Response} response */
  async #floats(response) {
    return new Float32Array(await response.arrayBuffer());
  }

  /**
   * @param {number} milliseconds
   * @param {AbortSignal} [signal]
   */
  async #pause(milliseconds, signal) {
    await new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#pauses.delete(end);
        signal?.removeEventListener("abort", end);
        resolve(undefined);
      };
      const timer = setTimeout(end, milliseconds);
      this.#pauses.add(end);
      signal?.addEventListener("abort", end);
    });
    signal?.throwIfAborted();
  }

  /**
   * @param {Silence | "ready"} kind
   * @param {number} [wait]
   */
  #tell(kind, wait = 0) {
    if (kind === "ready") this.#attempts = 0;
    if (kind === "ready" && this.#connection === "ready") return;
    this.#connection = kind;
    this.dispatchEvent(new CustomEvent("connection", { detail: { kind, wait } }));
  }
}

/** @param {Which} model */
function which(model) {
  return { model: model.name, version: model.version };
}

/**
 * How long to wait, in milliseconds: what the server asks for, else twice as long each time.
 *
 * @param {number} attempt
 * @param {Response | null} response
 */
function pauseAfter(attempt, response) {
  const asked = Number(response?.headers.get("Retry-After"));
  return asked > 0 ? asked * 1000 : Math.min(LONGEST_PAUSE, 250 * 2 ** attempt);
}
