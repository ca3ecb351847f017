// @ts-check

/** Whoever waits for a time, or until it is told not to wait any longer. */
export class Pauses {
  /** @type {Set<() => void>} */
  #ends = new Set();

  get areAny() {
    return this.#ends.size > 0;
  }

  /** All of them are over now. */
  end() {
    for (const end of [...this.#ends]) end();
  }

  /**
   * Throws what the signal is aborted with.
   *
   * @param {number} milliseconds Infinity for a wait that only `end` ends
   * @param {AbortSignal} [signal]
   */
  async wait(milliseconds, signal) {
    await new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#ends.delete(end);
        signal?.removeEventListener("abort", end);
        resolve(undefined);
      };
      const timer = Number.isFinite(milliseconds) ? setTimeout(end, milliseconds) : undefined;
      this.#ends.add(end);
      signal?.addEventListener("abort", end);
    });
    signal?.throwIfAborted();
  }
}
