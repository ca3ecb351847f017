import assert from "node:assert/strict";
import { test } from "node:test";

import { fit } from "../../service/latentd/explorer/web/draw/fit.js";

/** A grey picture with a filled box in it. */
function box(width, height, left, top, right, bottom) {
  const values = new Float32Array(width * height);
  for (let row = top; row < bottom; row++) values.fill(1, row * width + left, row * width + right);
  return { values, width, height };
}

test("where nothing is drawn there is nothing", () => {
  assert.equal(fit(box(10, 10, 0, 0, 0, 0), 28, 28), null);
});

test("what is drawn fills a box of five sevenths, wherever it was and however large", () => {
  for (const drawn of [box(280, 280, 3, 5, 103, 205), box(100, 60, 40, 10, 60, 50)]) {
    const fitted = fit(drawn, 28, 28);
    const rows = [...Array(28).keys()].filter((row) =>
      fitted.slice(row * 28, row * 28 + 28).some((value) => value > 0.45),
    );
    const sum = fitted.reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(sum - 20 * 10) < 1e-3, `${sum}`);
    assert.ok(rows.length === 20 || rows.length === 21);
  }
});

test("its mass has the mean index that MNIST's digits have", () => {
  const drawn = box(280, 280, 10, 20, 60, 200);
  drawn.values.set(box(280, 280, 60, 150, 120, 200).values.map((value, at) => Math.max(value, drawn.values[at])));
  const fitted = fit(drawn, 28, 28);
  let [mass, x, y] = [0, 0, 0];
  for (const [at, value] of fitted.entries()) {
    mass += value;
    x += value * (at % 28);
    y += value * Math.floor(at / 28);
  }
  assert.ok(Math.abs(x / mass - 14) < 0.02 && Math.abs(y / mass - 14) < 0.02);
});
