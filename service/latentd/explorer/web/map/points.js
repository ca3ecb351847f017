// @ts-check
// The held-out latents as points. They are drawn into a layer that is larger than the map: panning shifts the layer, and
// only what leaves it, or another scale, has the points drawn anew.

/**
 * @typedef {import("./viewport.js").Viewport} Viewport
 * @typedef {import("./viewport.js").Size} Size
 */

/**
 * @typedef {object} Points
 * @property {Float32Array} xs
 * @property {Float32Array} ys
 * @property {Uint16Array | null} labels
 * @property {string[]} names of the labels; single letters and digits stand for their points when these are large
 * @property {string[]} colours of the labels
 * @property {ReadonlySet<number>} hidden labels that are not shown
 * @property {number | null} lit the label that is shown alone, while others are faint
 */

const MARGIN = 0.25; // of the map's size, on each side
const QUICK = 7; // milliseconds: what takes no longer is drawn anew for each frame of a zoom
const FAINT = 0.1;

export class PointLayer {
  #layer = document.createElement("canvas");
  /** @type {{ viewport: Viewport, size: Size, ratio: number } | null} */
  #drawn = null;
  /** @type {Points | null} */
  #points = null;
  #milliseconds = 0;

  /** @param {Points | null} points */
  show(points) {
    this.#points = points;
    this.#drawn = null;
  }

  /**
   * Draw what the camera sees.
   *
   * @param {CanvasRenderingContext2D} context scaled to CSS pixels
   * @param {import("./camera.js").Camera} camera while it is moving, a soft picture may stand for a sharp one
   * @param {number} ratio device pixels in a CSS pixel
   * @returns {boolean} is it sharp?
   */
  draw(context, { viewport, size, zoom, moving }, ratio) {
    if (!this.#points) return true;
    const isScaled = this.#drawn?.viewport.scale !== viewport.scale;
    const isSoft = moving && isScaled && this.#milliseconds > QUICK && this.#drawn !== null;
    if (!isSoft && !this.#covers(viewport, size, ratio)) this.#render(this.#points, viewport, size, zoom, ratio);
    if (this.#drawn) this.#lay(context, this.#drawn.viewport, viewport, size, ratio);
    return !isSoft;
  }

  /**
   * Lay the layer, drawn for one viewport, where another has it.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Viewport} drawn
   * @param {Viewport} viewport
   * @param {Size} size
   * @param {number} ratio
   */
  #lay(context, drawn, viewport, size, ratio) {
    const zoom = viewport.scale / drawn.scale;
    const [width, height] = [size.width * (1 + 2 * MARGIN) * zoom, size.height * (1 + 2 * MARGIN) * zoom];
    const left = size.width / 2 + (drawn.x - viewport.x) * viewport.scale - width / 2;
    const top = size.height / 2 - (drawn.y - viewport.y) * viewport.scale - height / 2;
    const whole = (/** @type {number} */ at) => (zoom === 1 ? Math.round(at * ratio) / ratio : at);
    context.drawImage(this.#layer, whole(left), whole(top), width, height);
  }

  /**
   * @param {Viewport} viewport
   * @param {Size} size
   * @param {number} ratio
   */
  #covers(viewport, size, ratio) {
    const drawn = this.#drawn;
    if (drawn?.viewport.scale !== viewport.scale || drawn.ratio !== ratio) return false;
    if (drawn.size.width !== size.width || drawn.size.height !== size.height) return false;
    const [right, up] = [drawn.viewport.x - viewport.x, drawn.viewport.y - viewport.y];
    return (
      Math.abs(right) * viewport.scale <= size.width * MARGIN && Math.abs(up) * viewport.scale <= size.height * MARGIN
    );
  }

  /**
   * @param {Points} points
   * @param {Viewport} viewport
   * @param {Size} size
   * @param {number} zoom 1 where everything is seen
   * @param {number} ratio
   */
  #render(points, viewport, size, zoom, ratio) {
    const begun = performance.now();
    const width = Math.round(size.width * (1 + 2 * MARGIN) * ratio);
    const height = Math.round(size.height * (1 + 2 * MARGIN) * ratio);
    if (this.#layer.width !== width) this.#layer.width = width;
    if (this.#layer.height !== height) this.#layer.height = height;
    const context = /** @type {CanvasRenderingContext2D} */ (this.#layer.getContext("2d"));
    context.clearRect(0, 0, width, height);
    const { sheet, side } = stamps(points, zoom, ratio);
    const { xs, ys, labels, hidden, lit } = points;
    const scale = viewport.scale * ratio;
    const [left, top] = [width / 2 - viewport.x * scale - side / 2, height / 2 + viewport.y * scale - side / 2];
    for (let row = 0; row < xs.length; row++) {
      const x = Math.round(left + xs[row] * scale);
      const y = Math.round(top - ys[row] * scale);
      if (x < -side || y < -side || x > width || y > height) continue;
      const label = labels ? labels[row] : 0;
      if (hidden.has(label)) continue;
      const isFaint = lit !== null && lit !== label;
      context.drawImage(sheet, label * side, isFaint ? side : 0, side, side, x, y, side, side);
    }
    this.#drawn = { viewport, size, ratio };
    this.#milliseconds = performance.now() - begun;
  }
}

/**
 * One picture for each label, side by side, and below them the same faint.
 *
 * @param {Points} points
 * @param {number} zoom 1 where the whole is seen
 * @param {number} ratio
 */
function stamps({ names, colours }, zoom, ratio) {
  const radius = Math.min(6.5, 2.1 * Math.max(1, zoom) ** 0.45) * ratio;
  const areLetters = radius > 4.2 * ratio && names.length > 0 && names.every((name) => [...name].length === 1);
  const side = 2 * Math.ceil(radius + 1);
  const sheet = document.createElement("canvas");
  sheet.width = side * colours.length;
  sheet.height = 2 * side;
  const context = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d"));
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.font = `700 ${radius * 2.1}px ui-sans-serif, system-ui, sans-serif`;
  for (const [line, alpha] of [areLetters ? 1 : 0.8, FAINT].entries()) {
    context.globalAlpha = alpha;
    for (const [label, colour] of colours.entries()) {
      context.fillStyle = colour;
      const [x, y] = [(label + 0.5) * side, (line + 0.5) * side];
      if (areLetters) context.fillText(names[label], x, y + radius * 0.75, side);
      else {
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.fill();
      }
    }
  }
  return { sheet, side };
}
