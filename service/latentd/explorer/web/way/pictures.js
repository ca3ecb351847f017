// @ts-check
// The held-out pictures themselves, as far as the server has them.

import { hasExamples } from "../model.js";

/**
 * @typedef {import("../model.js").Model} Model
 * @typedef {import("../client.js").Client} Client
 */

/** @type {WeakMap<Model, Uint32Array>} */
const known = new WeakMap();

/**
 * The rows of which there are pictures, in the order in which the server has them.
 *
 * @param {Client} client
 * @param {Model} model
 * @param {AbortSignal} signal
 * @returns {Promise<Uint32Array>}
 */
export async function picturedRows(client, model, signal) {
  if (!hasExamples(model)) return new Uint32Array();
  const rows = known.get(model) ?? (await client.view("examples", model, { inputs: "false" }, signal)).indices;
  known.set(model, Uint32Array.from(rows));
  return Uint32Array.from(rows);
}

/**
 * The picture of a row, [D], or null where there is none.
 *
 * @param {Client} client
 * @param {Model} model
 * @param {number} row
 * @param {AbortSignal} signal
 */
export async function pictureOf(client, model, row, signal) {
  const offset = (await picturedRows(client, model, signal)).indexOf(row);
  if (offset < 0) return null;
  const { inputs } = await client.examples(model, { offset, limit: 1 }, signal);
  return inputs[0];
}
