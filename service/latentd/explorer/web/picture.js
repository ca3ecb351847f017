// @ts-check
// Rows as pictures: grey ones white on black, as the data is. By day the style sheet inverts them to ink on paper.

import { isGrey } from "./model.js";

/**
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./model.js").Form} Form
 */

/**
 * Paint a row into a canvas of the picture's own size; the style sheet enlarges it.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} row [D]
 * @param {Form} model
 */
export function paint(canvas, row, model) {
  canvas.classList.toggle("grey", isGrey(model));
  if (!model.pictureShape || !model.range) {
    paintBars(canvas, row);
    return;
  }
  const [height, width] = model.pictureShape.slice(-2);
  const { low, high } = model.range;
  const image = new ImageData(width, height);
  const pixels = width * height;
  const plane = model.pictureShape.length === 3 ? pixels : 0;
  const scale = 255 / (high - low);
  for (let i = 0; i < pixels; i++) {
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * i + channel] = (row[i + channel * plane] - low) * scale;
    }
    image.data[4 * i + 3] = 255;
  }
  put(canvas, image);
}

/**
 * Paint where two grey rows differ: orange where only the first has ink, blue where only the second has. Where they
 * agree it is transparent.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} original
 * @param {Float32Array} reconstruction
 * @param {Model} model one whose pictures are grey
 */
export function paintDifference(canvas, original, reconstruction, model) {
  if (!model.pictureShape || !model.range) return;
  const [height, width] = model.pictureShape.slice(-2);
  const scale = 255 / (model.range.high - model.range.low);
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const difference = (original[i] - reconstruction[i]) * scale;
    image.data.set(difference > 0 ? [224, 112, 8] : [38, 122, 216], 4 * i);
    image.data[4 * i + 3] = Math.abs(difference);
  }
  put(canvas, image);
}

/**
 * Rows that are no pictures: one bar for each value.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} row
 */
function paintBars(canvas, row) {
  const [width, height] = [Math.max(row.length * 4, 48), 64];
  canvas.width = width;
  canvas.height = height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const [low, high] = [Math.min(0, ...row), Math.max(0, ...row)];
  const scale = height / (high - low || 1);
  context.fillStyle = "#7c8798";
  for (const [i, value] of row.entries()) {
    const [from, to] = [(high - Math.max(0, value)) * scale, (high - Math.min(0, value)) * scale];
    context.fillRect((i * width) / row.length, from, Math.max(1, width / row.length - 1), Math.max(1, to - from));
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ImageData} image
 */
function put(canvas, image) {
  if (canvas.width !== image.width) canvas.width = image.width;
  if (canvas.height !== image.height) canvas.height = image.height;
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).putImageData(image, 0, 0);
}
