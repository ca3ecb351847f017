// @ts-check
// The tray as a file: a contact sheet, or the numbers.

import { isGrey } from "./model.js";
import { paint } from "./picture.js";

/**
 * @typedef {import("./state.js").Pin} Pin
 * @typedef {import("./model.js").Form} Form
 */

const SIDE = 140; // pixels that a picture gets on the sheet
const GAP = 16;
const LINE = 18;
const WORDY = 3; // latents of more numbers are not written below their picture
const [PAPER, INK, QUIET] = ["#ffffff", "#1c1f26", "#5d6370"];

/**
 * The numbers, and those of the pictures: float32 in the fewest digits that give the same float32 back.
 *
 * @param {readonly Pin[]} tray
 */
export function asJson(tray) {
  const numbers = (/** @type {Float32Array} */ values) => `[${[...values].map(shortest).join(", ")}]`;
  const lines = tray.map(
    ({ model, version, latent, output }) =>
      `    {"model": ${JSON.stringify(model)}, "version": ${version}, "latent": ${numbers(latent)},\n` +
      `     "output": ${numbers(output)}}`,
  );
  return `{\n  "pins": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

/**
 * A line for each latent; latents of fewer numbers than others leave fields empty.
 *
 * @param {readonly Pin[]} tray
 */
export function asCsv(tray) {
  const dims = Math.max(0, ...tray.map(({ latent }) => latent.length));
  const columns = Array.from({ length: dims }, (_, dim) => dim);
  const head = ["model", "version", ...columns.map((dim) => `latent_${dim}`)];
  const lines = tray.map(({ model, version, latent }) => [
    quoted(model),
    version,
    ...columns.map((dim) => (dim < latent.length ? shortest(latent[dim]) : "")),
  ]);
  return [head, ...lines].map((line) => `${line.join(",")}\n`).join("");
}

/**
 * All pictures on one sheet of paper, each with its model and, where it is short, its latent.
 *
 * @param {readonly Pin[]} tray
 * @param {(pin: Pin) => Form} formOf
 * @returns {Promise<Blob>} a PNG
 */
export async function asSheet(tray, formOf) {
  const across = Math.ceil(Math.sqrt(tray.length));
  const [width, height] = [SIDE + GAP, SIDE + GAP + 2 * LINE];
  const sheet = new OffscreenCanvas(across * width + GAP, Math.ceil(tray.length / across) * height + GAP);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (sheet.getContext("2d"));
  context.fillStyle = PAPER;
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.imageSmoothingEnabled = false;
  context.textBaseline = "top";
  for (const [place, pin] of tray.entries()) {
    const [left, top] = [GAP + (place % across) * width, GAP + Math.floor(place / across) * height];
    lay(context, pin, formOf(pin), left, top);
  }
  return sheet.convertToBlob({ type: "image/png" });
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Pin} pin
 * @param {Form} form
 * @param {number} left
 * @param {number} top
 */
function lay(context, pin, form, left, top) {
  const picture = document.createElement("canvas");
  paint(picture, pin.output, form);
  const scale = SIDE / Math.max(picture.width, picture.height);
  context.filter = isGrey(form) ? "invert(1)" : "none";
  context.drawImage(picture, left, top, picture.width * scale, picture.height * scale);
  context.filter = "none";
  context.font = "600 13px system-ui, sans-serif";
  context.fillStyle = INK;
  context.fillText(`${pin.model} v${pin.version}`, left, top + SIDE + 4, SIDE);
  context.font = "12px ui-monospace, monospace";
  context.fillStyle = QUIET;
  if (pin.latent.length <= WORDY) context.fillText(inWords(pin.latent), left, top + SIDE + 4 + LINE, SIDE);
}

/**
 * A latent in a few digits, or its first numbers.
 *
 * @param {Float32Array} latent
 */
export function inWords(latent) {
  const shown = [...latent.slice(0, WORDY)].map((value) => value.toFixed(2).replace("-", "−"));
  return shown.join(", ") + (latent.length > WORDY ? ", …" : "");
}

/**
 * @param {string} name
 * @param {Blob} content
 */
export function download(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {number} value */
function shortest(value) {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** @param {string} text */
function quoted(text) {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
