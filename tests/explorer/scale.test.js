import assert from "node:assert/strict";
import { test } from "node:test";

import { bySpread, levelOf, valueAt } from "../../service/latentd/explorer/web/adjust/scale.js";

const quantiles = Array.from({ length: 101 }, (_, level) => [level ** 2 / 100, -5]);

test("a level and its value are each other's", () => {
  for (const level of [0, 0.5, 33.3, 50, 99.9, 100]) {
    assert.ok(Math.abs(levelOf(quantiles, 0, valueAt(quantiles, 0, level)) - level) < 1e-9);
  }
  assert.equal(valueAt(quantiles, 0, 50), 25);
  assert.equal(valueAt(quantiles, 0, 50.5), (25 + 26.01) / 2);
});

test("beyond the table is its end, and a dimension that never changes has one value", () => {
  assert.equal(levelOf(quantiles, 0, -3), 0);
  assert.equal(levelOf(quantiles, 0, 200), 100);
  assert.equal(levelOf(quantiles, 1, -5), 0);
  assert.equal(valueAt(quantiles, 1, 70), -5);
});

test("the dimensions that differ most come first", () => {
  assert.deepEqual(bySpread({ latentDim: 3, manifest: { latent_statistics: { std: [0.5, 2, 1] } } }), [1, 2, 0]);
});
