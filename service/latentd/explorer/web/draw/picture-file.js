// @ts-check
// A picture file as the model's input. The service cuts what is drawn out of its background, paper and photographs alike,
// and says what became of it: it answers the fitted input above its reconstruction.

const SMALL = 64; // pixels, on which light and dark are told apart

/**
 * @typedef {import("../model.js").Model} Model
 */

/**
 * The fitted input, [D]. Throws a ProblemError where the service finds nothing on it, or cannot read it.
 *
 * @param {import("../client.js").Client} client
 * @param {Model} model one whose pictures are grey
 * @param {Blob} file
 * @param {AbortSignal} signal
 * @returns {Promise<Float32Array>}
 */
export async function inputFrom(client, model, file, signal) {
  const invert = await isDarkOnLight(file);
  const pair = await client.fitPicture(model, file, invert, signal);
  const [height, width] = /** @type {number[]} */ (model.pictureShape);
  const { low, high } = /** @type {{ low: number, high: number }} */ (model.range);
  const { data } = await readPixels(pair, width, height);
  return Float32Array.from({ length: width * height }, (_, at) => low + (data[4 * at] / 255) * (high - low));
}

/**
 * Is its rim light? What is drawn is in the middle.
 *
 * @param {Blob} file
 */
async function isDarkOnLight(file) {
  const { data } = await readPixels(file, SMALL, SMALL, true);
  const rim = [];
  for (let at = 0; at < SMALL * SMALL; at++) {
    const [row, column] = [Math.floor(at / SMALL), at % SMALL];
    if (Math.min(row, column, SMALL - 1 - row, SMALL - 1 - column) > 1) continue;
    const alpha = data[4 * at + 3] / 255; // what lets through has paper behind it
    rim.push(255 + alpha * ((data[4 * at] + data[4 * at + 1] + data[4 * at + 2]) / 3 - 255));
  }
  rim.sort((one, other) => one - other);
  return rim[rim.length >> 1] > 127;
}

/**
 * @param {Blob} file
 * @param {number} width
 * @param {number} height
 * @param {boolean} [whole] the whole picture made as small as that; else its upper left corner as it is
 */
async function readPixels(file, width, height, whole = false) {
  const picture = await createImageBitmap(file);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    new OffscreenCanvas(width, height).getContext("2d")
  );
  if (whole) context.drawImage(picture, 0, 0, width, height);
  else context.drawImage(picture, 0, 0);
  picture.close();
  return context.getImageData(0, 0, width, height);
}
