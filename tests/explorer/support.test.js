import assert from "node:assert/strict";
import { test } from "node:test";

import { runs } from "../../service/latentd/explorer/web/compare/walk.js";
import { normalQuantile } from "../../service/latentd/explorer/web/way/normal.js";
import { GAP, Support } from "../../service/latentd/explorer/web/way/support.js";

test("the normal distribution's quantiles are those of the tables", () => {
  for (const [share, value] of [
    [0.001, -3.090232306167813],
    [0.025, -1.9599639845400545],
    [0.5, 0],
    [0.84, 0.994457883209753],
    [0.999, 3.090232306167813],
  ]) {
    assert.ok(Math.abs(normalQuantile(share) - value) < 1e-8, `${share}`);
  }
});

// The training latents are normally distributed, so that scores are the latents themselves.
const quantiles = Array.from({ length: 101 }, (_, level) =>
  Array(2).fill(normalQuantile(Math.min(0.999, Math.max(0.001, level / 100)))),
);
const latents = Float32Array.from({ length: 21 * 2 }, (_, at) => (at % 2 ? 0 : (at / 2 - 10) / 10));
const support = new Support({
  latentDim: 2,
  quantiles,
  heldOut: { count: 21, latents, labels: null },
  manifest: { latent_statistics: { std: [1, 1] } },
});

test("support is 1 where a held-out latent is, and a bandwidth away the edge of a gap", () => {
  assert.ok(Math.abs(support.bandwidth - 0.1) < 0.01, `${support.bandwidth}`);
  const [there, edge, far] = support.of(Float32Array.of(0.5, 0, 0, support.bandwidth, 0, 3));
  assert.ok(there > 0.999);
  assert.ok(Math.abs(edge - GAP) < 0.02);
  assert.ok(far < 1e-6);
});

test("runs are where flags follow each other", () => {
  assert.deepEqual(runs([true, true, false, true, false, false, true]), [
    [0, 1],
    [3, 3],
    [6, 6],
  ]);
  assert.deepEqual(runs([false]), []);
});
