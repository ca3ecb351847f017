// @ts-check
// What a link restores: the model, the point, the view, and what views keep in it.

const OWN = ["model", "view", "at", "dims"];
const STEPS = ["model", "view", "card"];

/**
 * @typedef {import("./state.js").Shared} Shared
 */

/**
 * The link's text, such as `model=vae-mnist&view=decode&at=0.12,-1.3`.
 *
 * @param {Readonly<Shared>} now
 */
export function writeLink({ model, view, latent, dims, parameters }) {
  const words = new URLSearchParams();
  if (model) words.set("model", model.name);
  words.set("view", view);
  if (dims[0] !== 0 || dims[1] !== 1) words.set("dims", dims.join(","));
  if (latent) words.set("at", [...latent].map((value) => String(Number(value.toPrecision(5)))).join(","));
  for (const [name, value] of Object.entries(parameters)) words.set(name, value);
  return words.toString().replaceAll("%2C", ",");
}

/**
 * What a link says; what it does not say, or says wrongly, is left out.
 *
 * @param {string} link with or without a # or ? before it
 * @returns {{ model: string | null, shared: Partial<Shared> }}
 */
export function readLink(link) {
  const words = new URLSearchParams(link.replace(/^[#?]/, ""));
  /** @type {Partial<Shared>} */
  const shared = {};
  const view = words.get("view");
  if (view) shared.view = view;
  const at = numbers(words.get("at"));
  if (at) shared.latent = Float32Array.from(at);
  const dims = numbers(words.get("dims"));
  if (dims?.length === 2 && dims.every((dim) => Number.isInteger(dim) && dim >= 0)) shared.dims = [dims[0], dims[1]];
  shared.parameters = Object.fromEntries([...words].filter(([name]) => !OWN.includes(name)));
  return { model: words.get("model"), shared };
}

/**
 * Is the way from one link to the other a step that the browser's back button should undo? Another model, another view,
 * or a card that was opened; not each move of the handle.
 *
 * @param {string} before
 * @param {string} after
 */
export function isStep(before, after) {
  const [from, to] = [before, after].map((link) => new URLSearchParams(link.replace(/^[#?]/, "")));
  return from.has("model") && STEPS.some((name) => from.get(name) !== to.get(name));
}

/** @param {string | null} text */
function numbers(text) {
  const found = text?.split(",").map((word) => (word.trim() === "" ? NaN : Number(word)));
  return found?.every(Number.isFinite) ? found : null;
}
