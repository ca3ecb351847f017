import assert from "node:assert/strict";
import { test } from "node:test";

import { newestWins } from "../../service/latentd/explorer/web/newest.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Work that ends when it is told to. */
function gate() {
  const begun = [];
  const ends = [];
  const work = (argument) => {
    begun.push(argument);
    return new Promise((resolve, reject) => ends.push({ resolve, reject }));
  };
  return { begun, ends, work };
}

test("what comes alone is done at once", () => {
  const { begun, work } = gate();
  newestWins(work)("a");
  assert.deepEqual(begun, ["a"]);
});

test("of what comes meanwhile only the newest is done, and only afterwards", async () => {
  const { begun, ends, work } = gate();
  const ask = newestWins(work);
  for (const argument of ["a", "b", "c", "d"]) ask(argument);
  assert.deepEqual(begun, ["a"]);
  ends[0].resolve();
  await turn();
  assert.deepEqual(begun, ["a", "d"]);
  ends[1].resolve();
  await turn();
  assert.deepEqual(begun, ["a", "d"]);
  ask("e");
  assert.deepEqual(begun, ["a", "d", "e"]);
});
