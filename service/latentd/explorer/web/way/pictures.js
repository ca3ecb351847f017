// @ts-check
// A held-out picture itself, if the server has it.

/**
 * The picture of a row, [D], or null where there is none.
 *
 * @param {import("../client.js").Client} client
 * @param {import("../model.js").Model} model
 * @param {number} row
 * @param {AbortSignal} signal
 */
export async function pictureOf(client, model, row, signal) {
  const offset = model.heldOut.pictured.indexOf(row);
  if (offset < 0) return null;
  const { inputs } = await client.examples(model, { offset, limit: 1 }, signal);
  return inputs[0];
}
