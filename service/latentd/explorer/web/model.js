// @ts-check
// A model as the views know it: its shapes, and where the held-out set lies in its latent space.

import { ProblemError } from "./problem.js";

/**
 * @typedef {object} Model
 * @property {string} name
 * @property {number} version
 * @property {string} kind `ae`, `vae` or `dae`
 * @property {string} description
 * @property {number} inputDim D
 * @property {number} latentDim L
 * @property {number[] | null} pictureShape [H, W] or [3, H, W]
 * @property {{ low: number, high: number } | null} range of inputs and outputs
 * @property {string[] | null} classes the names of the labels 0, 1, …
 * @property {number[][]} quantiles of the training latents, [101][L]
 * @property {HeldOut} heldOut
 * @property {any} manifest all that the server says of it
 */

/**
 * What a model's rows look like.
 *
 * @typedef {Pick<Model, "pictureShape" | "range">} Form
 */

/**
 * @typedef {object} HeldOut
 * @property {number} count M
 * @property {Float32Array} latents [M, L]
 * @property {Uint16Array | null} labels [M]
 * @property {Uint32Array} pictured rows of which the server has the pictures themselves, in its order
 */

/**
 * @param {import("./client.js").Client} client
 * @param {string} name
 * @param {AbortSignal} signal
 * @returns {Promise<Model>}
 */
export async function loadModel(client, name, signal) {
  const manifest = await client.manifest(name, signal);
  const [held, pictured] = await Promise.all([
    client.heldOut(manifest, signal),
    rowsWithPictures(client, manifest, signal),
  ]);
  return {
    name: manifest.name,
    version: manifest.version,
    kind: manifest.kind,
    description: manifest.description,
    inputDim: manifest.input_shape[0],
    latentDim: manifest.latent_dim,
    pictureShape: manifest.picture_shape,
    range: manifest.value_range,
    classes: manifest.held_out.classes,
    quantiles: manifest.latent_statistics.quantiles,
    heldOut: { ...held, pictured, count: held.latents.length / manifest.latent_dim },
    manifest,
  };
}

/**
 * None where the server will not give them: reconstructions do as well.
 *
 * @param {import("./client.js").Client} client
 * @param {any} manifest
 * @param {AbortSignal} signal
 */
async function rowsWithPictures(client, manifest, signal) {
  if (!("examples.npz" in manifest.files)) return new Uint32Array();
  return client.exampleRows(manifest, signal).catch((error) => {
    if (error instanceof ProblemError) return new Uint32Array();
    throw error;
  });
}

/**
 * The latent of a row of the held-out set, [L].
 *
 * @param {Model} model
 * @param {number} row
 */
export function heldOutLatent(model, row) {
  return model.heldOut.latents.slice(row * model.latentDim, (row + 1) * model.latentDim);
}

/**
 * What a row of the held-out set is called.
 *
 * @param {Model} model
 * @param {number} row
 */
export function heldOutName(model, row) {
  const label = className(model, row);
  return `held-out ${noun(model)} ${row}` + (label === null ? "" : `, a ${label}`);
}

/**
 * The name of a row's class, or null where rows are not labelled.
 *
 * @param {Model} model
 * @param {number} row
 */
export function className(model, row) {
  const label = model.heldOut.labels?.[row];
  return label === undefined ? null : (model.classes?.[label] ?? String(label));
}

/**
 * What one row is, in a word.
 *
 * @param {Model} model
 */
export function noun(model) {
  const areDigits = model.classes?.join("") === "0123456789";
  if (!model.pictureShape) return "row";
  return areDigits ? "digit" : "picture";
}

/**
 * Does the server have some of the held-out pictures themselves?
 *
 * @param {Model} model
 */
export function hasExamples(model) {
  return model.heldOut.pictured.length > 0;
}

/** @param {Form} model */
export function isGrey(model) {
  return model.pictureShape?.length === 2 && model.range !== null;
}

/**
 * Where to begin: the held-out latent that is nearest to the middle of a class, so that there is something to see; if
 * that can be, one whose picture is there too.
 *
 * @param {Model} model
 */
export function startingPoint(model) {
  const label = model.heldOut.labels?.[0];
  const rows = [...Array(model.heldOut.count).keys()].filter((row) => model.heldOut.labels?.[row] === label);
  const middle = Float64Array.from({ length: model.latentDim }, (_, dim) => {
    const values = rows.map((row) => model.heldOut.latents[row * model.latentDim + dim]).sort((a, b) => a - b);
    return values[values.length >> 1];
  });
  const pictured = Array.from(model.heldOut.pictured).filter((row) => model.heldOut.labels?.[row] === label);
  let [best, least] = [0, Infinity];
  for (const row of pictured.length ? pictured : rows) {
    let distance = 0;
    for (let dim = 0; dim < model.latentDim; dim++) {
      distance += (model.heldOut.latents[row * model.latentDim + dim] - middle[dim]) ** 2;
    }
    if (distance < least) [best, least] = [row, distance];
  }
  return heldOutLatent(model, best);
}
