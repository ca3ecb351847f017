import assert from "node:assert/strict";
import { test } from "node:test";

import { nearest } from "../../service/latentd/explorer/web/map/nearest.js";

const points = {
  xs: Float32Array.of(0, 1, 2),
  ys: Float32Array.of(0, 0, 0),
  labels: Uint16Array.of(0, 1, 0),
  hidden: new Set(),
};

test("the nearest within reach", () => {
  assert.equal(nearest(points, 0.9, 0, 0.5), 1);
  assert.equal(nearest(points, 0.9, 0.6, 0.5), null);
  assert.equal(nearest(points, 50, 0, Infinity), 2);
});

test("hidden classes are not found", () => {
  assert.equal(nearest({ ...points, hidden: new Set([1]) }, 1.2, 0, 1), 2);
});

test("points without labels are found", () => {
  assert.equal(nearest({ ...points, labels: null }, 1.2, 0, 1), 1);
});

test("rows may be looked for among some alone", () => {
  assert.equal(nearest(points, 0.9, 0, Infinity, [0, 2]), 0);
  assert.equal(nearest(points, 0.9, 0, Infinity, []), null);
});
