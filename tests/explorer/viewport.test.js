import assert from "node:assert/strict";
import { test } from "node:test";

import { tilesIn } from "../../service/latentd/explorer/web/map/backdrop.js";
import { ticks } from "../../service/latentd/explorer/web/map/ticks.js";
import { fitted, panned, toLatent, toScreen, zoomed } from "../../service/latentd/explorer/web/map/viewport.js";

const size = { width: 400, height: 200 };
const viewport = { x: 1, y: -2, scale: 50 };

test("the middle is the middle, and up is up", () => {
  assert.deepEqual(toScreen(viewport, size, 1, -2), [200, 100]);
  assert.deepEqual(toScreen(viewport, size, 2, -1), [250, 50]);
  assert.deepEqual(toLatent(viewport, size, 250, 50), [2, -1]);
});

test("panning takes what is seen along", () => {
  const moved = panned(viewport, 30, -20);
  assert.deepEqual(toScreen(moved, size, 1, -2), [230, 80]);
});

test("zooming keeps the place under the pointer, within limits", () => {
  const about = [320, 30];
  const place = toLatent(viewport, size, ...about);
  for (const factor of [2, 0.5, 1000]) {
    const closer = zoomed(viewport, size, factor, about, [10, 5000]);
    const [left, top] = toScreen(closer, size, ...place);
    assert.ok(Math.hypot(left - about[0], top - about[1]) < 1e-9);
    assert.equal(closer.scale, Math.min(5000, 50 * factor));
  }
});

test("what is fitted is seen, but for far outliers", () => {
  const xs = Float32Array.from({ length: 1001 }, (_, at) => at / 1000);
  const ys = xs.map((x) => 3 * x);
  xs[0] = -1e6;
  const found = fitted(xs, ys, size);
  assert.ok(Math.abs(found.x - 0.5) < 0.01 && Math.abs(found.y - 1.5) < 0.01);
  const [, top] = toScreen(found, size, 0.5, 2.97);
  assert.ok(top > 0 && top < 30);
});

test("points in one place are seen too", () => {
  const one = Float32Array.of(4);
  assert.deepEqual(toScreen(fitted(one, one, size), size, 4, 4), [200, 100]);
});

test("tiles cover what is seen, the middle first", () => {
  const tiles = tilesIn({ x: 0.1, y: 0.1, scale: 50 }, size, 0);
  assert.deepEqual(tiles[0], { level: 0, column: 0, row: 0 });
  assert.deepEqual(tiles.map(({ column, row }) => `${column} ${row}`).sort(), ["-1 -1", "-1 0", "0 -1", "0 0"]);
});

test("ticks are round numbers", () => {
  assert.deepEqual(ticks(-1.2, 2.3, 4), [-1, 0, 1, 2]);
  assert.deepEqual(ticks(0.01, 0.34, 3), [0.2]);
  assert.deepEqual(ticks(-12, 31, 5), [-10, 0, 10, 20, 30]);
});
