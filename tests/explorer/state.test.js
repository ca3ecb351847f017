import assert from "node:assert/strict";
import { test } from "node:test";

import { State } from "../../service/latentd/explorer/web/state.js";

const { signal } = new AbortController();

test("whoever watches is told now and when one of its values is another one", () => {
  const state = new State({ view: "draw" });
  const told = [];
  state.watch(["view", "theme"], ({ view, theme }) => told.push([view, theme]), signal);
  state.set({ view: "sample" });
  state.set({ view: "sample", backdrop: 1 });
  state.set({ theme: "dark", view: "decode" });
  assert.deepEqual(told, [
    ["draw", "light"],
    ["sample", "light"],
    ["decode", "dark"],
  ]);
});

test("nobody is told after the end", () => {
  const state = new State();
  const end = new AbortController();
  let told = 0;
  state.watch(["view"], () => told++, end.signal);
  end.abort();
  state.set({ view: "sample" });
  state.watch(["view"], () => told++, end.signal);
  assert.equal(told, 1);
});

test("a watcher that was ended by another is not told any more", () => {
  const state = new State();
  const end = new AbortController();
  const told = [];
  state.watch(["view"], ({ view }) => view === "sample" && end.abort(), signal);
  state.watch(["view"], ({ view }) => told.push(view), end.signal);
  state.set({ view: "sample" });
  assert.deepEqual(told, ["decode"]);
});

test("a watcher may change the state", () => {
  const state = new State();
  state.watch(["view"], ({ view }) => view === "sample" && state.set({ view: "decode" }), signal);
  state.set({ view: "sample" });
  assert.equal(state.now.view, "decode");
});
