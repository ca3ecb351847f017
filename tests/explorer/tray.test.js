import assert from "node:assert/strict";
import { test } from "node:test";

import { asCsv, asJson, inWords } from "../../service/latentd/explorer/web/tray-files.js";
import { formOf, pinOf, readTray, writeTray } from "../../service/latentd/explorer/web/tray.js";

const tray = [
  { model: "vae", version: 1, latent: Float32Array.of(0.1, -2), output: Float32Array.of(0, 1, 0.5, 1 / 3) },
  { model: 'odd, "name"', version: 2, latent: Float32Array.of(1e-7), output: Float32Array.of(7) },
];

test("what is kept is read back float for float", () => {
  assert.deepEqual(readTray(writeTray(tray)), tray);
});

test("what somebody else has kept is no tray", () => {
  for (const text of [null, "", "{}", "7", '[{"model": 1}]', '[{"latent": "?", "output": "?"}]']) {
    assert.deepEqual(readTray(text), [], text);
  }
});

test("a pin is found by its model, version and latent", () => {
  assert.equal(pinOf(tray, { name: "vae", version: 1 }, Float32Array.of(0.1, -2)), tray[0]);
  assert.equal(pinOf(tray, { name: "vae", version: 2 }, Float32Array.of(0.1, -2)), undefined);
  assert.equal(pinOf(tray, { name: "vae", version: 1 }, Float32Array.of(0.1, 2)), undefined);
});

test("rows that do not have the shape of their model's pictures are drawn as rows", () => {
  const range = { low: 0, high: 1 };
  const models = (shape) => [{ name: "vae", picture_shape: shape, value_range: range }];
  assert.deepEqual(formOf(tray[0], models([2, 2])), { pictureShape: [2, 2], range });
  assert.deepEqual(formOf(tray[0], models([3, 2, 2])), { pictureShape: null, range });
  assert.deepEqual(formOf(tray[1], models([2, 2])), { pictureShape: null, range: null });
});

test("JSON holds the same float32 in few digits", () => {
  const { pins } = JSON.parse(asJson(tray));
  assert.deepEqual(pins[0], { model: "vae", version: 1, latent: [0.1, -2], output: [0, 1, 0.5, 0.33333334] });
  assert.equal(Math.fround(pins[1].latent[0]), tray[1].latent[0]);
  assert.deepEqual(JSON.parse(asJson([])), { pins: [] });
});

test("CSV has a column for each dimension that there is", () => {
  assert.equal(asCsv(tray), 'model,version,latent_0,latent_1\nvae,1,0.1,-2\n"odd, ""name""",2,1e-7,\n');
});

test("a latent in words is short", () => {
  assert.equal(inWords(Float32Array.of(0.125, -2)), "0.13, −2.00");
  assert.equal(inWords(new Float32Array(32)), "0.00, 0.00, 0.00, …");
});
