// @ts-check
// What is under the pointer: the nearest point of the held-out set, and its picture, or else its reconstruction.

import { className, hasExamples, heldOutLatent, noun } from "../model.js";
import { newestWins } from "../newest.js";
import { paint } from "../picture.js";
import { ProblemError } from "../problem.js";
import { html, render } from "../vendor/lit-html/lit-html.js";

import { PictureSheet } from "./picture-sheet.js";

const GAP = 16; // pixels between the point and the card
const EDGE = 8;

export class Found {
  /** @type {number | null} */
  row = null;
  /** @type {PictureSheet | null} */
  #sheet = null;
  #node;
  #explorer;
  #signal;
  #fetchNewest = newestWins((/** @type {number} */ row) => this.#fetch(row));

  /**
   * @param {HTMLElement} map
   * @param {import("../explorer.js").Explorer} explorer
   * @param {AbortSignal} signal
   */
  constructor(map, explorer, signal) {
    this.#node = /** @type {HTMLElement} */ (map.querySelector(".found"));
    this.#explorer = explorer;
    this.#signal = signal;
    explorer.state.watch(["model"], ({ model }) => void this.#load(model), signal);
  }

  /** The rows of which there are pictures. */
  get pictured() {
    return this.#sheet?.rows ?? [];
  }

  /**
   * @param {number | null} row
   * @returns {boolean} is it another one than before?
   */
  show(row) {
    if (row === this.row) return false;
    this.row = row;
    const { model } = this.#explorer.state.now;
    if (row === null) this.#node.hidden = true;
    else if (model && this.#sheet?.has(row)) this.#fill(row, model, (canvas) => this.#sheet?.paint(canvas, row));
    else this.#fetchNewest(row);
    return true;
  }

  /**
   * Beside the point, and inside the map.
   *
   * @param {number} x
   * @param {number} y
   * @param {import("./viewport.js").Size} size
   */
  place(x, y, size) {
    const { offsetWidth: width, offsetHeight: height } = this.#node;
    const left = Math.max(EDGE, Math.min(size.width - width - EDGE, x + GAP));
    const top = y + GAP + height > size.height - EDGE ? y - GAP - height : y + GAP;
    this.#node.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
  }

  /** @param {import("../model.js").Model | null} model */
  async #load(model) {
    this.#sheet = null;
    if (!model || !hasExamples(model)) return;
    try {
      const sheet = await PictureSheet.load(this.#explorer.client, model, this.#signal);
      if (model === this.#explorer.state.now.model) this.#sheet = sheet;
    } catch (error) {
      if (!this.#signal.aborted && !(error instanceof ProblemError)) throw error; // reconstructions do as well
    }
  }

  /** @param {number} row */
  async #fetch(row) {
    const { client, state } = this.#explorer;
    const { model } = state.now;
    if (!model || row !== this.row) return;
    try {
      const output = await client.decode(model, heldOutLatent(model, row), this.#signal);
      if (row === this.row && model === state.now.model) {
        this.#fill(row, model, (canvas) => paint(canvas, output, model), "reconstruction of ");
      }
    } catch (error) {
      if (!this.#signal.aborted) throw error;
    }
  }

  /**
   * @param {number} row
   * @param {import("../model.js").Model} model
   * @param {(canvas: HTMLCanvasElement) => void} draw
   * @param {string} [made] what the picture is, where it is not the row's own
   */
  #fill(row, model, draw, made = "") {
    const [canvas, words] = /** @type {[HTMLCanvasElement, HTMLElement]} */ ([...this.#node.children]);
    draw(canvas);
    const name = className(model, row);
    const what = `held-out ${noun(model)} ${row}`;
    render(html`<strong>${name === null ? what : `A ${name}`}</strong><span>${made}${what}</span>`, words);
    this.#node.hidden = false;
  }
}
