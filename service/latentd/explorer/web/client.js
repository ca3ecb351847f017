// @ts-check
// The server's HTTP contract, as far as the views need it. Rows are raw float32 both ways.

import { Connection } from "./connection.js";
import { JSON_TYPE, RAW } from "./question.js";

const PNG = "image/png";

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

/** What one server can be asked. */
export class Client extends Connection {
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
    const [latents, { labels }] = await Promise.all([
      this.ask("latents", { query: which(model), accept: RAW, signal }).then((response) => this.#floats(response)),
      this.view("latents", model, { latents: "false" }, signal),
    ]);
    return { latents, labels: labels && Uint16Array.from(labels) };
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
   * Which held-out inputs there are: their rows in the held-out set, [K].
   *
   * @param {Which} model
   * @param {AbortSignal} [signal]
   */
  async exampleRows(model, signal) {
    const { indices } = await this.view("examples", model, { inputs: "false" }, signal);
    return Uint32Array.from(indices);
  }

  /**
   * All of them as one PNG, ⌈√K⌉ pictures wide, without gaps.
   *
   * @param {Which} model
   * @param {AbortSignal} [signal]
   */
  async exampleSheet(model, signal) {
    return (await this.ask("examples", { query: which(model), accept: PNG, signal })).blob();
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

  /** @param {Response} response */
  async #floats(response) {
    return new Float32Array(await response.arrayBuffer());
  }
}

/** @param {Which} model */
function which(model) {
  return { model: model.name, version: model.version };
}
