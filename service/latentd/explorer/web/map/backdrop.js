// @ts-check
// The decoded grid behind the points. It comes in tiles of cells on a lattice, as street maps do: what has been decoded
// stays while the map moves, and further in, cells are finer.

import { isGrey } from "../model.js";
import { toLatent, toScreen } from "./viewport.js";

/**
 * @typedef {import("./viewport.js").Viewport} Viewport
 * @typedef {import("./viewport.js").Size} Size
 */

const CELLS = 8; // in a tile, across and up
const SMALLEST = 26; // CSS pixels of a cell; the largest are just below twice that
const KEPT = 300; // tiles
const AT_ONCE = 2; // tiles that are asked for

/**
 * A tile: its cells are 2^level latent units wide, and it is the column-th from the left.
 *
 * @typedef {{ level: number, column: number, row: number }} Tile
 */

/** @typedef {{ model: import("../model.js").Model, dims: [number, number], base: Float32Array }} Plane */

export class Backdrop {
  /** @type {Map<string, ImageBitmap>} */
  #tiles = new Map();
  /** @type {Map<string, AbortController>} */
  #asked = new Map();
  /** @type {Plane | null} */
  #plane = null;
  #client;
  #come;
  #signal;

  /**
   * @param {import("../client.js").Client} client
   * @param {() => void} come is called when a tile has come
   * @param {AbortSignal} signal
   */
  constructor(client, come, signal) {
    this.#client = client;
    this.#come = come;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.show(null));
  }

  /** @param {Plane | null} plane which dimensions of which model, the others held at `base` */
  show(plane) {
    for (const asked of this.#asked.values()) asked.abort();
    for (const tile of this.#tiles.values()) tile.close();
    this.#asked.clear();
    this.#tiles.clear();
    this.#plane = plane;
  }

  /**
   * Draw what there is of what `viewport` shows, and ask for the rest.
   *
   * @param {CanvasRenderingContext2D} context scaled to CSS pixels
   * @param {Viewport} viewport
   * @param {Size} size
   * @param {string} ink the colour of grey pictures
   * @returns {boolean} is all of it there?
   */
  draw(context, viewport, size, ink) {
    if (!this.#plane) return true;
    const level = Math.ceil(Math.log2(SMALLEST / viewport.scale));
    for (const coarser of [3, 2, 1]) {
      for (const tile of tilesIn(viewport, size, level + coarser)) this.#drawTile(context, viewport, size, tile);
    }
    const seen = tilesIn(viewport, size, level);
    const missing = seen.filter((tile) => !this.#drawTile(context, viewport, size, tile));
    if (isGrey(this.#plane.model)) tint(context, size, ink);
    this.#ask(missing);
    return missing.length === 0;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Viewport} viewport
   * @param {Size} size
   * @param {Tile} tile
   * @returns {boolean} was it there?
   */
  #drawTile(context, viewport, size, tile) {
    const picture = this.#tiles.get(keyOf(tile));
    if (!picture) return false;
    this.#tiles.delete(keyOf(tile));
    this.#tiles.set(keyOf(tile), picture); // the one that was used last is kept longest
    const side = CELLS * 2 ** tile.level;
    const [left, top] = toScreen(viewport, size, tile.column * side, (tile.row + 1) * side).map(Math.floor);
    const [right, bottom] = toScreen(viewport, size, (tile.column + 1) * side, tile.row * side).map(Math.floor);
    context.clearRect(left, top, right - left, bottom - top);
    context.drawImage(picture, left, top, right - left, bottom - top);
    return true;
  }

  /** @param {Tile[]} missing the nearest to the middle first; others are no longer wanted */
  #ask(missing) {
    const wanted = new Set(missing.map(keyOf));
    for (const [key, asked] of this.#asked) if (!wanted.has(key)) asked.abort();
    for (const tile of missing) {
      if (this.#asked.size >= AT_ONCE) return;
      if (!this.#asked.has(keyOf(tile))) this.#fetch(tile);
    }
  }

  /** @param {Tile} tile */
  async #fetch(tile) {
    const plane = this.#plane;
    if (!plane) return;
    const asked = new AbortController();
    this.#asked.set(keyOf(tile), asked);
    try {
      const signal = AbortSignal.any([asked.signal, this.#signal]);
      const sheet = await this.#client.decodeSheet(plane.model, latentsOf(tile, plane), signal);
      const sent = await createImageBitmap(sheet);
      const picture = isGrey(plane.model) ? asInk(sent) : sent;
      if (this.#plane === plane) this.#keep(tile, picture);
    } catch (error) {
      if (!asked.signal.aborted && !this.#signal.aborted) throw error;
    } finally {
      if (this.#asked.get(keyOf(tile)) === asked) this.#asked.delete(keyOf(tile));
    }
    this.#come();
  }

  /**
   * @param {Tile} tile
   * @param {ImageBitmap} picture
   */
  #keep(tile, picture) {
    this.#tiles.set(keyOf(tile), picture);
    for (const [key, old] of this.#tiles) {
      if (this.#tiles.size <= KEPT) return;
      old.close();
      this.#tiles.delete(key);
    }
  }
}

/**
 * A grey picture as ink: what was light covers, what was dark lets through.
 *
 * @param {ImageBitmap} picture
 */
function asInk(picture) {
  const { width, height } = picture;
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(picture, 0, 0);
  const image = context.getImageData(0, 0, width, height);
  for (let at = 0; at < image.data.length; at += 4) image.data[at + 3] = image.data[at];
  context.putImageData(image, 0, 0);
  picture.close();
  return canvas.transferToImageBitmap();
}

/**
 * Give all ink on the canvas this colour.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Size} size
 * @param {string} ink
 */
function tint(context, { width, height }, ink) {
  context.globalCompositeOperation = "source-in";
  context.fillStyle = ink;
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = "source-over";
}

/** @param {Tile} tile */
function keyOf({ level, column, row }) {
  return `${level} ${column} ${row}`;
}

/**
 * The tiles that a viewport touches, from its middle outwards.
 *
 * @param {Viewport} viewport
 * @param {Size} size
 * @param {number} level
 * @returns {Tile[]}
 */
export function tilesIn(viewport, size, level) {
  const side = CELLS * 2 ** level;
  const place = (/** @type {[number, number]} */ latent) => latent.map((value) => Math.floor(value / side));
  const [left, top] = place(toLatent(viewport, size, 0, 0));
  const [right, bottom] = place(toLatent(viewport, size, size.width, size.height));
  const tiles = [];
  for (let column = left; column <= right; column++) {
    for (let row = bottom; row <= top; row++) tiles.push({ level, column, row });
  }
  const off = (/** @type {Tile} */ { column, row }) =>
    Math.hypot((column + 0.5) * side - viewport.x, (row + 0.5) * side - viewport.y);
  return tiles.sort((one, other) => off(one) - off(other));
}

/**
 * The latents of a tile's cells, at their middles: from left to right, and row by row from the top.
 *
 * @param {Tile} tile
 * @param {Plane} plane
 */
function latentsOf({ level, column, row }, { dims, base }) {
  const side = 2 ** level;
  const latents = new Float32Array(CELLS * CELLS * base.length);
  for (let cell = 0; cell < CELLS * CELLS; cell++) {
    const [right, down] = [cell % CELLS, Math.floor(cell / CELLS)];
    latents.set(base, cell * base.length);
    latents[cell * base.length + dims[0]] = (column * CELLS + right + 0.5) * side;
    latents[cell * base.length + dims[1]] = (row * CELLS + CELLS - 1 - down + 0.5) * side;
  }
  return latents;
}
