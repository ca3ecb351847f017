// @ts-check
// What is under the pointer: the nearest point of the held-out set, and its picture.

import { className, heldOutLatent, noun } from "../model.js";
import { newestWins } from "../newest.js";
import { paint } from "../picture.js";
import { html, render } from "../vendor/lit-html/lit-html.js";

const GAP = 16; // pixels between the point and the card
const EDGE = 8;

export class Found {
  /** @type {number | null} */
  row = null;
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
  }

  /**
   * @param {number | null} row
   * @returns {boolean} is it another one than before?
   */
  show(row) {
    if (row === this.row) return false;
    this.row = row;
    if (row === null) this.#node.hidden = true;
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

  /** @param {number} row */
  async #fetch(row) {
    const { client, state } = this.#explorer;
    const { model } = state.now;
    if (!model || row !== this.row) return;
    try {
      const output = await client.decode(model, heldOutLatent(model, row), this.#signal);
      if (row === this.row && model === state.now.model) this.#fill(row, output, model);
    } catch (error) {
      if (!this.#signal.aborted) throw error;
    }
  }

  /**
   * @param {number} row
   * @param {Float32Array} output
   * @param {import("../model.js").Model} model
   */
  #fill(row, output, model) {
    const [canvas, words] = /** @type {[HTMLCanvasElement, HTMLElement]} */ ([...this.#node.children]);
    paint(canvas, output, model);
    const name = className(model, row);
    const what = `held-out ${noun(model)} ${row}`;
    render(html`<strong>${name === null ? what : `A ${name}`}</strong><span>reconstruction of ${what}</span>`, words);
    this.#node.hidden = false;
  }
}
