// @ts-check
// Pointers on the map: one that moves pans, two pinch, a wheel zooms, one that only touches chooses a place.

const STILL = 5; // pixels that a touch may tremble

/**
 * @typedef {object} Listener
 * @property {(right: number, down: number) => void} pan
 * @property {(factor: number, about: [number, number]) => void} zoom
 * @property {(at: [number, number]) => void} tap
 * @property {(at: [number, number] | null) => void} hover of a mouse or a pen; null when it has left
 */

/**
 * @param {HTMLElement} surface with `touch-action: none`
 * @param {Listener} listener
 * @param {AbortSignal} signal
 */
export function listenToGestures(surface, listener, signal) {
  /** @type {Map<number, [number, number]>} */
  const down = new Map();
  let begun = /** @type {[number, number]} */ ([0, 0]);
  let isTap = false;

  const at = (/** @type {MouseEvent} */ event) => {
    const { left, top } = surface.getBoundingClientRect();
    return /** @type {[number, number]} */ ([event.clientX - left, event.clientY - top]);
  };

  const press = (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0) return;
    down.set(event.pointerId, at(event));
    surface.setPointerCapture(event.pointerId);
    isTap = down.size === 1;
    begun = at(event);
    listener.hover(null);
  };

  const move = (/** @type {PointerEvent} */ event) => {
    const last = down.get(event.pointerId);
    const now = at(event);
    if (!last) {
      if (event.pointerType !== "touch") listener.hover(now);
      return;
    }
    if (isTap && distance(now, begun) < STILL) return;
    isTap = false;
    const before = [...down.values()];
    down.set(event.pointerId, now);
    const after = [...down.values()];
    const [from, to] = [middle(before), middle(after)];
    listener.pan(to[0] - from[0], to[1] - from[1]);
    if (after.length === 2) listener.zoom(distance(after[0], after[1]) / (distance(before[0], before[1]) || 1), to);
  };

  const lift = (/** @type {PointerEvent} */ event) => {
    if (!down.delete(event.pointerId)) return;
    if (event.type === "pointerup" && isTap) listener.tap(at(event));
    isTap = false;
  };

  const turn = (/** @type {WheelEvent} */ event) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.002; // with ctrl it is a trackpad's pinch
    listener.zoom(Math.exp(-event.deltaY * lines * speed), at(event));
  };

  surface.addEventListener("pointerdown", press, { signal });
  surface.addEventListener("pointermove", move, { signal });
  for (const type of ["pointerup", "pointercancel"]) {
    surface.addEventListener(type, (event) => lift(/** @type {PointerEvent} */ (event)), { signal });
  }
  surface.addEventListener("pointerleave", () => listener.hover(null), { signal });
  surface.addEventListener("wheel", turn, { signal, passive: false });
}

/**
 * @param {[number, number]} one
 * @param {[number, number]} other
 */
function distance(one, other) {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

/**
 * @param {[number, number][]} points
 * @returns {[number, number]}
 */
function middle(points) {
  const sum = (/** @type {0 | 1} */ axis) => points.reduce((total, point) => total + point[axis], 0);
  return [sum(0) / points.length, sum(1) / points.length];
}
