// @ts-check

/**
 * A function that runs `work` for one argument at a time. What comes while it is busy waits, and only the newest of it:
 * nothing queues.
 *
 * @template T
 * @param {(argument: T) => Promise<void>} work is to handle its own errors
 * @returns {(argument: T) => void}
 */
export function newestWins(work) {
  let busy = false;
  /** @type {{ argument: T } | null} */
  let waiting = null;

  /** @param {T} argument */
  async function run(argument) {
    busy = true;
    try {
      await work(argument);
    } finally {
      busy = false;
      const next = waiting;
      waiting = null;
      if (next) run(next.argument);
    }
  }

  return (argument) => {
    if (busy) waiting = { argument };
    else run(argument);
  };
}
