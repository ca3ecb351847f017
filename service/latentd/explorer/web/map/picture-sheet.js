// @ts-check
// The held-out pictures that the server has, on one sheet: fetched once, and then each is there at once.

import { isGrey } from "../model.js";

/** @typedef {import("../model.js").Model} Model */

export class PictureSheet {
  /** @type {Map<number, number>} */
  #places;

  /**
   * @param {Uint32Array} rows of the held-out set, in the order of the sheet
   * @param {ImageBitmap} sheet ⌈√K⌉ pictures wide, without gaps
   * @param {Model} model
   */
  constructor(rows, sheet, model) {
    this.rows = rows;
    this.sheet = sheet;
    this.model = model;
    this.#places = new Map(Array.from(rows, (row, place) => [row, place]));
  }

  /**
   * @param {import("../client.js").Client} client
   * @param {Model} model
   * @param {AbortSignal} signal
   */
  static async load(client, model, signal) {
    const sheet = await client.exampleSheet(model, signal);
    return new PictureSheet(model.heldOut.pictured, await createImageBitmap(sheet), model);
  }

  /** @param {number} row */
  has(row) {
    return this.#places.has(row);
  }

  /**
   * Paint the picture of a row that it has.
   *
   * @param {HTMLCanvasElement} canvas
   * @param {number} row
   */
  paint(canvas, row) {
    const place = this.#places.get(row) ?? 0;
    const [height, width] = this.model.pictureShape?.slice(-2) ?? [0, 0];
    const columns = Math.ceil(Math.sqrt(this.rows.length));
    const [left, top] = [(place % columns) * width, Math.floor(place / columns) * height];
    canvas.classList.toggle("grey", isGrey(this.model));
    canvas.width = width;
    canvas.height = height;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.drawImage(this.sheet, left, top, width, height, 0, 0, width, height);
  }
}
