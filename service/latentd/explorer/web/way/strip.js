// @ts-check
// The way as a strip of pictures, one of which is the present one.

import { paint } from "../picture.js";
import { css } from "../sheet.js";

const LINE = 12; // pictures side by side

export const stripStyles = css`
  .strip {
    display: grid;
    grid-template-columns: repeat(var(--columns, 9), minmax(0, 1fr));
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
    host.addEventListener("keydown", (event) => this.#press(event));
  }

  /**
   * @param {Float32Array[]} outputs [S][D]
   * @param {import("../model.js").Model} model
   * @param {boolean[]} [gaps] which of them lie in one
   */
  show(outputs, model, gaps = []) {
    while (this.#pictures.length > outputs.length) this.#pictures.pop()?.remove();
    for (let step = this.#pictures.length; step < outputs.length; step++) this.#add(step);
    const lines = Math.ceil(outputs.length / LINE);
    this.#host.style.setProperty("--columns", String(Math.ceil(outputs.length / lines)));
    for (const [step, button] of this.#pictures.entries()) {
      paint(/** @type {HTMLCanvasElement} */ (button.firstElementChild), outputs[step], model);
      button.classList.toggle("gap", gaps[step] ?? false);
      const words = `Step ${step + 1} of ${outputs.length}`;
      button.setAttribute("aria-label", gaps[step] ? `${words}, in a gap` : words);
    }
  }

  /** @param {number} step which one is the present one */
  mark(step) {
    for (const [at, button] of this.#pictures.entries()) {
      button.setAttribute("aria-current", String(at === step));
      button.tabIndex = at === step ? 0 : -1; // one stop for the tab key; arrows go along
    }
  }

  /** @param {number} step */
  #add(step) {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = step === 0 ? 0 : -1;
    button.append(document.createElement("canvas"));
    button.addEventListener("click", () => this.#choose(step));
    this.#host.append(button);
    this.#pictures.push(button);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const at = this.#pictures.findIndex((button) => button === event.target);
    const last = this.#pictures.length - 1;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = this.#pictures[Math.min(last, Math.max(0, to))];
    next.focus();
    next.click();
  }
}
