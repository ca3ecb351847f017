// @ts-check
// A canvas that is drawn on with mouse, finger or pen; or with the arrow keys, once Space has put the pen down.

/**
 * A stroke: points with the pen's width there, all in shares of the side.
 *
 * @typedef {{ x: number, y: number, width: number }[]} Stroke
 */

const SIDE = 280; // pixels
const PEN = 0.085; // of the side: MNIST's strokes are some two pixels of 28 wide, in a box of 20
const STEP = 0.025; // that an arrow key takes

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

export class Sketchpad {
  /** @type {readonly Stroke[]} */
  strokes = [];
  #canvas;
  #context;
  #changed;
  /** @type {HTMLCanvasElement | null} what is shown until something is drawn */
  #picture = null;
  /** @type {Stroke | null} the one that is being drawn */
  #stroke = null;
  /** @type {number | null} the pointer that draws it; others, such as the ball of a hand, do not */
  #pointer = null;
  /** @type {{ x: number, y: number } | null} where the keyboard's pen is */
  #cursor = null;
  #frame = 0;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => void} changed is called at most once for each frame in which something was drawn
   * @param {AbortSignal} signal
   */
  constructor(canvas, changed, signal) {
    this.#canvas = canvas;
    this.#changed = changed;
    canvas.width = canvas.height = SIDE;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
    const on = (/** @type {keyof HTMLElementEventMap} */ type, /** @type {(event: any) => void} */ tell) =>
      canvas.addEventListener(type, tell, { signal });
    on("pointerdown", (event) => this.#press(event));
    on("pointermove", (event) => this.#move(event));
    on("lostpointercapture", (event) => this.#lift(event));
    on("keydown", (event) => this.#type(event));
    on("blur", () => this.#putAway());
    signal.addEventListener("abort", () => cancelAnimationFrame(this.#frame));
  }

  /**
   * @param {readonly Stroke[]} strokes
   * @param {HTMLCanvasElement | null} [picture] in the place of strokes
   */
  show(strokes, picture = null) {
    this.strokes = strokes;
    this.#picture = picture;
    this.#stroke = null;
    this.#paint();
  }

  /** Take the last stroke away. */
  undo() {
    this.show(this.strokes.slice(0, -1));
    this.#changed();
  }

  /** @returns {import("./fit.js").Grey} what is drawn, without the keyboard's pen */
  read() {
    if (this.#cursor) this.#paint(false);
    const { data } = this.#context.getImageData(0, 0, SIDE, SIDE);
    if (this.#cursor) this.#paint();
    const values = new Float32Array(SIDE * SIDE);
    for (let at = 0; at < values.length; at++) values[at] = data[4 * at + 3] / 255;
    return { values, width: SIDE, height: SIDE };
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0 || this.#pointer !== null) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointer = event.pointerId;
    this.#cursor = null;
    this.#begin(this.#pointAt(event));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#stroke || event.pointerId !== this.#pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.#stroke.push(this.#pointAt(each));
    this.#later();
  }

  /** @param {PointerEvent} event */
  #lift(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#stroke = null;
  }

  /** @param {KeyboardEvent} event */
  #type(event) {
    const arrow = ARROWS[event.key];
    if (!arrow && event.key !== " ") return;
    event.preventDefault();
    this.#cursor ??= { x: 0.5, y: 0.3 };
    if (arrow) {
      this.#cursor = { x: inside(this.#cursor.x + arrow[0]), y: inside(this.#cursor.y + arrow[1]) };
      this.#stroke?.push({ ...this.#cursor, width: PEN });
    } else if (this.#stroke) this.#stroke = null;
    else this.#begin({ ...this.#cursor, width: PEN });
    if (this.#stroke) this.#later();
    else this.#paint();
  }

  #putAway() {
    this.#cursor = null;
    this.#stroke = null;
    this.#paint();
  }

  /** @param {Stroke[number]} point */
  #begin(point) {
    this.#picture = null;
    this.#stroke = [point];
    this.strokes = [...this.strokes, this.#stroke];
    this.#later();
  }

  /** @param {PointerEvent} event */
  #pointAt(event) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    // A mouse says 0.5 of its pressure, and so does a finger that is not weighed.
    const pressure = event.pointerType === "pen" ? 0.5 + event.pressure : 1;
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height, width: PEN * pressure };
  }

  #later() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
      this.#changed();
    });
  }

  #paint(withPen = true) {
    const context = this.#context;
    context.clearRect(0, 0, SIDE, SIDE);
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = "#fff"; // by day the style sheet inverts it
    if (this.#picture) context.drawImage(this.#picture, 0, 0, SIDE, SIDE);
    for (const stroke of this.strokes) paintStroke(context, stroke);
    if (!withPen || !this.#cursor) return;
    context.beginPath();
    context.lineWidth = this.#stroke ? 5 : 2;
    context.arc(this.#cursor.x * SIDE, this.#cursor.y * SIDE, (PEN * SIDE) / 2 + 4, 0, 2 * Math.PI);
    context.stroke();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke} stroke
 */
function paintStroke(context, stroke) {
  context.fillStyle = context.strokeStyle;
  for (const [at, { x, y, width }] of stroke.entries()) {
    const last = stroke[Math.max(0, at - 1)];
    context.lineWidth = width * SIDE;
    context.beginPath();
    context.moveTo(last.x * SIDE, last.y * SIDE);
    context.lineTo(x * SIDE, y * SIDE);
    context.stroke();
    context.beginPath(); // a line of no length is not drawn, and a dot is
    context.arc(x * SIDE, y * SIDE, (width * SIDE) / 2, 0, 2 * Math.PI);
    context.fill();
  }
}

/** @param {number} share */
function inside(share) {
  return Math.min(1, Math.max(0, share));
}
