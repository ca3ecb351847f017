// @ts-check
// The handle: it is dragged, or moved with the arrow keys, and its picture stands above it.

import { paint } from "../picture.js";

const STEP = 4; // pixels that an arrow key moves it
const LEAP = 24; // with Shift
const LOUPE = 96 + 24; // pixels that the picture above it takes

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @typedef {object} Listener
 * @property {(left: number, top: number) => void} move it wants to be there, in pixels of the map
 * @property {() => void} point the pointer is over it
 * @property {(key: string) => boolean} press another key; true when it meant something
 */

export class Handle {
  #node;
  #canvas;
  #at = [0, 0];

  /**
   * @param {HTMLElement} map
   * @param {Listener} listener
   * @param {AbortSignal} signal
   */
  constructor(map, listener, signal) {
    this.#node = /** @type {HTMLElement} */ (map.querySelector(".handle"));
    this.#canvas = /** @type {HTMLCanvasElement} */ (map.querySelector(".loupe canvas"));
    const node = this.#node;
    /** @type {{ id: number, off: number[] } | null} */
    let held = null;

    const press = (/** @type {PointerEvent} */ event) => {
      if (event.button !== 0) return;
      event.stopPropagation();
      node.setPointerCapture(event.pointerId);
      node.classList.add("held");
      held = { id: event.pointerId, off: [this.#at[0] - event.clientX, this.#at[1] - event.clientY] };
    };
    const drag = (/** @type {PointerEvent} */ event) => {
      event.stopPropagation();
      if (held?.id !== event.pointerId) return;
      listener.move(event.clientX + held.off[0], event.clientY + held.off[1]);
    };
    const drop = () => {
      held = null;
      node.classList.remove("held");
    };
    const type = (/** @type {KeyboardEvent} */ event) => {
      const arrow = ARROWS[event.key];
      const step = event.shiftKey ? LEAP : STEP;
      if (arrow) listener.move(this.#at[0] + arrow[0] * step, this.#at[1] + arrow[1] * step);
      if (arrow || listener.press(event.key)) event.preventDefault();
    };
    node.addEventListener("pointerdown", press, { signal });
    node.addEventListener("pointermove", drag, { signal });
    node.addEventListener("pointerenter", () => listener.point(), { signal });
    node.addEventListener("lostpointercapture", drop, { signal });
    node.addEventListener("keydown", type, { signal });
  }

  /**
   * @param {number} left
   * @param {number} top
   * @param {import("./viewport.js").Size} size of the map
   */
  place(left, top, size) {
    this.#at = [left, top];
    this.#node.hidden = false;
    this.#node.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
    this.#node.classList.toggle("below", top < LOUPE);
    const side = Math.min(0, left - 56) - Math.min(0, size.width - left - 56);
    this.#node.style.setProperty("--shift", `${-side}px`);
  }

  /** @param {string} words where it is, for those who do not see it */
  describe(words) {
    this.#node.setAttribute("aria-valuetext", words);
  }

  /**
   * @param {Float32Array} output
   * @param {import("../model.js").Model} model
   */
  show(output, model) {
    paint(this.#canvas, output, model);
  }

  hide() {
    this.#node.hidden = true;
  }
}
