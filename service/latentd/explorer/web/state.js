// @ts-check
// What the views share, and nothing else: a view keeps what is its own.

/**
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./client.js").ModelSummary} ModelSummary
 */

/**
 * How it stands with the server: `loading` a model, `ready`, silent for one of several reasons (and asked again), the
 * asked-for model `missing`, or `failed` until something else succeeds.
 *
 * @typedef {object} Connection
 * @property {"loading" | "ready" | "missing" | "failed" | import("./connection.js").Silence} kind
 * @property {string} detail
 * @property {number} [again] when it is tried again, in the milliseconds of `performance.now()`
 */

/**
 * What was drawn or chosen to be encoded. The answer's parts are null until it has come.
 *
 * @typedef {object} Drawing
 * @property {Float32Array} pixels what went in, [D] in the model's value range
 * @property {Float32Array | null} latent [L]
 * @property {Float32Array | null} output its reconstruction, [D]
 * @property {number | null} error mean squared error
 * @property {number | null} percentile where the error stands among the held-out set's, 0 to 100
 * @property {string | null} origin what it is, such as "held-out digit 12, a 7"; null when drawn by hand
 * @property {readonly import("./draw/sketchpad.js").Stroke[]} strokes that it was drawn with
 */

/**
 * What a view shows on the map: points with labels, and ways along which they are joined.
 *
 * @typedef {object} Marks
 * @property {{ latent: Float32Array, label: string, kind: "drawing" | "end" | "pin" }[]} points
 * @property {Float32Array[][]} ways
 * @property {Gaps} [gaps]
 */

/**
 * Where no held-out latent is near: parts of ways, and cells, each by its lower left and its upper right latent.
 *
 * @typedef {object} Gaps
 * @property {Float32Array[][]} ways
 * @property {[Float32Array, Float32Array][]} cells
 */

/**
 * A latent that is being asked of the visitor, who chooses it on the map.
 *
 * @typedef {object} Picking
 * @property {string} prompt
 * @property {(latent: Float32Array) => void} done
 */

/**
 * What was worth keeping.
 *
 * @typedef {object} Pin
 * @property {string} model
 * @property {number} version
 * @property {Float32Array} latent
 * @property {Float32Array} output
 */

/**
 * @typedef {object} Shared
 * @property {"light" | "dark"} theme the one that is in force
 * @property {Connection} connection
 * @property {ModelSummary[]} models all that the server has
 * @property {Model | null} model the one that is shown
 * @property {string} view the id of the open view
 * @property {[number, number]} dims the latent dimensions that the map shows, across and up
 * @property {Float32Array | null} latent where the handle is, [L]
 * @property {{ latent: Float32Array, output: Float32Array } | null} decoded the newest picture, and of which latent
 * @property {Drawing | null} drawing
 * @property {ReadonlySet<number>} hidden classes that are switched off
 * @property {number} backdrop how much of the decoded grid shines through, 0 to 1
 * @property {Readonly<Record<string, Marks>>} marks by the id of the view that they are from
 * @property {Picking | null} picking
 * @property {readonly Pin[]} tray
 * @property {{ words: string } | null} said the newest of what was to be told
 * @property {Readonly<Record<string, string>>} parameters what views keep in the link, beside what all of them share
 */

/** @returns {Shared} */
export function initial() {
  return {
    theme: "light",
    connection: { kind: "loading", detail: "" },
    models: [],
    model: null,
    view: "decode",
    dims: [0, 1],
    latent: null,
    decoded: null,
    drawing: null,
    hidden: new Set(),
    backdrop: 0.3,
    marks: {},
    picking: null,
    tray: [],
    said: null,
    parameters: {},
  };
}

/** The shared values, and who wants to know when they change. */
export class State {
  /** @type {Shared} */
  #now;
  /** @type {Set<{ keys: readonly (keyof Shared)[], tell: (now: Shared) => void }>} */
  #watchers = new Set();

  /** @param {Partial<Shared>} [given] */
  constructor(given = {}) {
    this.#now = { ...initial(), ...given };
  }

  /** @returns {Readonly<Shared>} */
  get now() {
    return this.#now;
  }

  /**
   * Put these values in the place of the old ones, and tell those who watch one that is another now.
   *
   * @param {Partial<Shared>} values
   */
  set(values) {
    const before = this.#now;
    const changed = /** @type {(keyof Shared)[]} */ (Object.keys(values)).filter((key) => values[key] !== before[key]);
    if (changed.length === 0) return;
    this.#now = { ...before, ...values };
    for (const watcher of [...this.#watchers]) {
      if (this.#watchers.has(watcher) && watcher.keys.some((key) => changed.includes(key))) watcher.tell(this.#now);
    }
  }

  /**
   * Call `tell` now, and whenever one of `keys` has changed, until the signal ends it.
   *
   * @param {readonly (keyof Shared)[]} keys
   * @param {(now: Readonly<Shared>) => void} tell
   * @param {AbortSignal} signal
   */
  watch(keys, tell, signal) {
    if (signal.aborted) return;
    const watcher = { keys, tell };
    this.#watchers.add(watcher);
    signal.addEventListener("abort", () => this.#watchers.delete(watcher), { once: true });
    tell(this.#now);
  }
}
