// @ts-check
// What is drawn over the points: the axes, the names of the classes, the point under the pointer, and what views mark.

import { ticks } from "./ticks.js";
import { toLatent, toScreen } from "./viewport.js";

const SIDE = 15; // pixels between two names
const HATCH = 7; // pixels between two lines
// Where classes have nearly one middle, their names stand around it, the nearest place first.
const AROUND = [0, 1, 2, 3]
  .flatMap((reach) => grid(reach))
  .sort(([a, b], [c, d]) => Math.hypot(a, b) - Math.hypot(c, d));

/**
 * @typedef {import("./viewport.js").Viewport} Viewport
 * @typedef {import("./viewport.js").Size} Size
 * @typedef {{ ink: string, quiet: string, map: string, accent: string, warm: string, font: string }} Look
 */

/**
 * The theme's colours for a canvas. The style sheet hands them over in properties that a canvas has no other use for.
 *
 * @param {HTMLCanvasElement} canvas
 * @returns {Look}
 */
export function lookOf(canvas) {
  const style = getComputedStyle(canvas);
  return {
    ink: style.color,
    quiet: style.caretColor,
    map: style.textDecorationColor,
    accent: style.outlineColor,
    warm: style.columnRuleColor,
    font: style.fontFamily,
  };
}

/**
 * Numbers along the left and the lower edge.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {Size} size
 * @param {Look} look
 */
export function drawAxes(context, viewport, size, look) {
  const [left, top] = toLatent(viewport, size, 0, 0);
  const [right, bottom] = toLatent(viewport, size, size.width, size.height);
  context.font = `11px ${look.font}`;
  context.fillStyle = look.quiet;
  context.textBaseline = "top";
  context.textAlign = "center";
  for (const value of ticks(left, right, size.width / 90)) {
    const [x] = toScreen(viewport, size, value, 0);
    if (x > 30 && x < size.width - 60) outlined(context, format(value), x, 6, look.map);
  }
  context.textBaseline = "middle";
  context.textAlign = "left";
  for (const value of ticks(bottom, top, size.height / 90)) {
    const [, y] = toScreen(viewport, size, 0, value);
    if (y > 24 && y < size.height - 64) outlined(context, format(value), 8, y, look.map);
  }
}

/**
 * The name of each class in its middle.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {Size} size
 * @param {import("./points.js").Points} points
 * @param {[number, number][]} middles
 * @param {Look} look
 */
export function drawNames(context, viewport, size, { names, hidden, lit }, middles, look) {
  context.font = `700 17px ${look.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  /** @type {[number, number][]} */
  const taken = [];
  for (const [label, [x, y]] of middles.entries()) {
    if (hidden.has(label) || (lit !== null && lit !== label)) continue;
    const [left, top] = toScreen(viewport, size, x, y);
    const free = AROUND.map(([right, down]) => [left + right * SIDE, top + down * SIDE]).find(
      ([right, down]) => !taken.some((one) => Math.hypot(one[0] - right, one[1] - down) < SIDE - 1),
    );
    const place = /** @type {[number, number]} */ (free ?? [left, top]);
    taken.push(place);
    context.fillStyle = look.ink;
    outlined(context, names[label], ...place, look.map);
  }
}

/**
 * A ring around a point.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {Look} look
 */
export function drawRing(context, x, y, look) {
  context.lineWidth = 2;
  context.strokeStyle = look.ink;
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.stroke();
}

/**
 * What a view has marked.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {import("../state.js").Marks} marks
 * @param {(latent: Float32Array) => [number, number]} place
 * @param {Look} look
 */
export function drawMarks(context, { points, ways, gaps }, place, look) {
  context.lineJoin = "round";
  if (gaps) hatch(context, gaps.cells, place, look.warm);
  for (const way of ways) line(context, way.map(place), look.accent, look.map);
  context.setLineDash([5, 4]);
  for (const way of gaps?.ways ?? []) line(context, way.map(place), look.warm, look.map);
  context.setLineDash([]);
  context.font = `600 12px ${look.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { latent, label, kind } of points) {
    const [x, y] = place(latent);
    context.fillStyle = kind === "pin" ? look.ink : look.accent;
    context.strokeStyle = look.map;
    context.lineWidth = 3;
    context.beginPath();
    if (kind === "drawing") diamond(context, x, y, 9);
    else context.arc(x, y, kind === "end" ? 9 : 5, 0, 2 * Math.PI);
    context.stroke();
    context.fill();
    context.fillStyle = look.ink;
    if (label) outlined(context, label, x, y + 20, look.map);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number][]} places
 * @param {string} colour
 * @param {string} halo
 */
function line(context, places, colour, halo) {
  context.beginPath();
  for (const place of places) context.lineTo(...place);
  for (const [width, style] of /** @type {[number, string][]} */ ([
    [6, halo],
    [2.5, colour],
  ])) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.stroke();
  }
}

/**
 * Cells with lines across, which are told apart without their colour.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {[Float32Array, Float32Array][]} cells
 * @param {(latent: Float32Array) => [number, number]} place
 * @param {string} colour
 */
function hatch(context, cells, place, colour) {
  if (cells.length === 0) return;
  const rims = cells.map(([low, high]) => [...place(low), ...place(high)]);
  context.save();
  context.beginPath();
  for (const [left, bottom, right, top] of rims) context.rect(left, top, right - left, bottom - top);
  context.clip();
  const left = Math.max(0, Math.min(...rims.map((rim) => rim[0])));
  const right = Math.min(context.canvas.width, Math.max(...rims.map((rim) => rim[2])));
  const top = Math.max(0, Math.min(...rims.map((rim) => rim[3])));
  const bottom = Math.min(context.canvas.height, Math.max(...rims.map((rim) => rim[1])));
  context.strokeStyle = context.fillStyle = colour;
  context.globalAlpha = 0.16;
  context.fillRect(left, top, right - left, bottom - top);
  context.globalAlpha = 0.75;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = Math.floor((left + top) / HATCH) * HATCH; at < right + bottom; at += HATCH) {
    context.moveTo(at - top, top);
    context.lineTo(at - bottom, bottom);
  }
  context.stroke();
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 */
function diamond(context, x, y, reach) {
  context.moveTo(x, y - reach);
  for (const [right, down] of [
    [reach, 0],
    [0, reach],
    [-reach, 0],
  ])
    context.lineTo(x + right, y + down);
  context.closePath();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {string} halo
 */
function outlined(context, text, x, y, halo) {
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

/**
 * The places of a square's rim around the middle.
 *
 * @param {number} reach
 * @returns {[number, number][]}
 */
function grid(reach) {
  const line = Array.from({ length: 2 * reach + 1 }, (_, at) => at - reach);
  const all = line.flatMap((down) => line.map((right) => /** @type {[number, number]} */ ([right, down])));
  return all.filter((place) => Math.max(...place.map(Math.abs)) === reach);
}

/** @param {number} value */
function format(value) {
  return String(value).replace("-", "−");
}
