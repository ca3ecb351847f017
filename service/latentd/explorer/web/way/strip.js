// @ts-check
// The way as a strip of pictures, one of which is the present one.

import { paint } from "../picture.js";
import { css } from "../sheet.js";

export const stripStyles = css`
  .strip {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(42px, 1fr));
    gap: 4px;
  }
  .strip button {
    position: relative;
    display: block;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: 7px;
    background: light-dark(#fff, #000);
    overflow: hidden;
    cursor: pointer;
  }
  .strip canvas {
    display: block;
    width: 100%;
    image-rendering: pixelated;
  }
  .strip [aria-current="true"] {
    outline: 2px solid var(--accent);
    outline-offset: 0;
  }
  .strip .gap {
    border: 1px dashed var(--warm);
    border-bottom: 4px solid var(--warm);
  }
`;

export class Strip {
  /** @type {HTMLButtonElement[]} */
  #pictures = [];
  #host;
  #choose;

  /**
   * @param {HTMLElement} host
   * @param {string} name
   * @param {(step: number) => void} choose is called when a picture is pressed
   */
  constructor(host, name, choose) {
    this.#host = host;
    this.#choose = choose;
    host.classList.add("strip");
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", name);
  }

  /**
   * @param {Float32Array[]} outputs [S][D]
   * @param {import("../model.js").Model} model
   * @param {boolean[]} [gaps] which of them lie in one
   */
  show(outputs, model, gaps = []) {
    while (this.#pictures.length > outputs.length) this.#pictures.pop()?.remove();
    for (let step = this.#pictures.length; step < outputs.length; step++) this.#add(step);
    for (const [step, button] of this.#pictures.entries()) {
      paint(/** @type {HTMLCanvasElement} */ (button.firstElementChild), outputs[step], model);
      button.classList.toggle("gap", gaps[step] ?? false);
      const words = `Step ${step + 1} of ${outputs.length}`;
      button.setAttribute("aria-label", gaps[step] ? `${words}, in a gap` : words);
    }
  }

  /** @param {number} step which one is the present one */
  mark(step) {
    for (const [at, button] of this.#pictures.entries()) button.setAttribute("aria-current", String(at === step));
  }

  /** @param {number} step */
  #add(step) {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1; // the scrubber is the keyboard's way along the strip
    button.append(document.createElement("canvas"));
    button.addEventListener("click", () => this.#choose(step));
    this.#host.append(button);
    this.#pictures.push(button);
  }
}
