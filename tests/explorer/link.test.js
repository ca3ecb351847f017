import assert from "node:assert/strict";
import { test } from "node:test";

import { isStep, readLink, writeLink } from "../../service/latentd/explorer/web/link.js";
import { initial } from "../../service/latentd/explorer/web/state.js";

test("a link restores what it was written from", () => {
  const latent = Float32Array.of(0.123456, -2);
  const now = {
    ...initial(),
    model: { name: "vae-mnist" },
    view: "draw",
    latent,
    parameters: { seed: "7", to: "1,2" },
  };
  const link = writeLink(now);
  assert.equal(link, "model=vae-mnist&view=draw&at=0.12346,-2&seed=7&to=1,2");
  const { model, shared } = readLink(`#${link}`);
  assert.equal(model, "vae-mnist");
  assert.equal(shared.view, "draw");
  assert.deepEqual([...shared.latent], [Math.fround(0.12346), -2]);
  assert.deepEqual(shared.parameters, { seed: "7", to: "1,2" });
});

test("dimensions are named where they are not the first two", () => {
  const now = { ...initial(), dims: [3, 1] };
  assert.equal(writeLink(now), "view=decode&dims=3,1");
  assert.deepEqual(readLink("dims=3,1").shared.dims, [3, 1]);
});

test("what a link says wrongly is left out", () => {
  for (const link of ["", "#", "?at=one,2&dims=0", "at=&dims=-1,1", "dims=0.5,1&at=,"]) {
    const { model, shared } = readLink(link);
    assert.equal(model, null);
    assert.deepEqual(Object.keys(shared), ["parameters"], link);
  }
});

test("another model, view or card is a step to go back from, a move is none", () => {
  const link = "#model=vae&view=decode&at=1,2";
  for (const after of [
    "model=ae&view=decode",
    "model=vae&view=draw&at=1,2",
    "model=vae&view=decode&at=1,2&card=open",
  ]) {
    assert.ok(isStep(link, after), after);
  }
  for (const after of ["model=vae&view=decode&at=3,4", "model=vae&view=decode&dims=1,0&seed=3"]) {
    assert.ok(!isStep(link, after), after);
  }
  assert.ok(!isStep("", "model=vae&view=draw"), "the first model is where the history begins");
});
