// @ts-check

/** A server is away: one question is tried again for all that there are, which wait meanwhile. */
export class Absence {
  /** @type {{ over: Promise<unknown>, end: () => void } | null} */
  #now = null;

  get isOn() {
    return this.#now !== null;
  }

  begin() {
    let end = () => {};
    const over = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (end = resolve));
    this.#now = { over, end };
  }

  /** The question that was tried again has its answer, or is no longer asked: the others go on. */
  end() {
    this.#now?.end();
    this.#now = null;
  }

  /**
   * Wait until it is over. Throws what the signal is aborted with.
   *
   * @param {AbortSignal} [signal]
   */
  async wait(signal) {
    while (this.#now) {
      const { over } = this.#now;
      await new Promise((resolve) => {
        over.then(resolve);
        signal?.addEventListener("abort", resolve, { once: true });
      });
      signal?.throwIfAborted();
    }
  }
}
