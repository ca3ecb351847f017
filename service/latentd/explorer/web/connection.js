// @ts-check
// Asks one server, and waits for it: while it is away, while it is busy, and while it wants a key.

import { Absence } from "./absence.js";
import { Pauses } from "./pauses.js";
import { readProblem } from "./problem.js";
import { optionsOf } from "./question.js";

const BUSY = [429, 502, 503, 504];
/** @type {string[]} */
const LOCKS = ["locked", "unknown", "weak"];
const PATIENCE = 20_000; // milliseconds without an answer
const LONGEST_PAUSE = 4_000;

/**
 * Where there is no answer: nobody is there, somebody is who does not let pages of this origin read answers, the server
 * is busy, or it wants a key (`locked`), one that it knows (`unknown`) or one that may do more (`weak`).
 *
 * @typedef {"unreachable" | "barred" | "busy" | Lock} Silence
 * @typedef {"locked" | "unknown" | "weak"} Lock
 */

/**
 * What finds its server silent is asked again until its signal ends it; each time, and when the server answers again, an
 * event `connection` tells: its `detail` has the `kind`, a Silence or "ready", and the milliseconds to `wait`.
 */
export class Connection extends EventTarget {
  /** @type {Silence | "ready"} */
  #kind = "ready";
  #pauses = new Pauses();
  #locks = new Pauses();
  #absence = new Absence();
  /** How often the server has been silent since it last answered. */
  #attempts = 0;
  #apiKey;

  /**
   * @param {URL} server ends with a slash
   * @param {string | null} apiKey sent as a bearer token
   */
  constructor(server, apiKey = null) {
    super();
    this.server = server;
    this.#apiKey = apiKey;
  }

  get apiKey() {
    return this.#apiKey;
  }

  /** What waits for a key is asked again with this one. */
  set apiKey(key) {
    this.#apiKey = key;
    const isAwaited = this.#locks.areAny;
    this.#locks.end();
    if (!isAwaited && LOCKS.includes(this.#kind)) this.#tell("ready"); // as far as is known
  }

  /**
   * Where something is, for links.
   *
   * @param {string} path
   * @param {Record<string, string | number | undefined>} [query]
   */
  address(path, query = {}) {
    const url = new URL(path, this.server);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, `${value}`);
    return url;
  }

  /**
   * The server's answer, once it has one. Throws a ProblemError, or what the signal was aborted with.
   *
   * @param {string} path
   * @param {import("./question.js").Question} question
   * @returns {Promise<Response>}
   */
  async ask(path, question) {
    const { signal } = question;
    const url = this.address(path, question.query);
    let leads = false;
    try {
      for (let attempt = 0; ; attempt++) {
        if (!leads) await this.#absence.wait(signal);
        const key = this.#apiKey;
        const response = await this.#attempt(url, optionsOf(question, key), signal);
        if (response) {
          if (leads) this.#absence.end();
          leads = false;
          if (await this.#isSettled(response, key, attempt, signal)) return response;
        } else if (leads || !this.#absence.isOn) {
          if (!leads) this.#absence.begin();
          leads = true;
          const wait = pauseAfter(this.#attempts++);
          this.#tell(await this.#silence(signal), wait);
          await this.#pauses.wait(wait, signal);
        }
      }
    } finally {
      if (leads) this.#absence.end();
    }
  }

  /** Whoever waits before another attempt makes it now. */
  tryNow() {
    this.#pauses.end();
  }

  /**
   * Is this the answer? Else it is to be asked again: now, after a pause or after another key has come. Throws a
   * ProblemError.
   *
   * @param {Response} response
   * @param {string | null} key that was sent
   * @param {number} attempt
   * @param {AbortSignal} [signal]
   */
  async #isSettled(response, key, attempt, signal) {
    const lock = lockOf(response, key);
    if (lock) {
      if (key !== this.#apiKey) return false; // another one has come meanwhile
      this.#tell(lock);
      await this.#locks.wait(Infinity, signal);
    } else if (BUSY.includes(response.status)) {
      const wait = pauseAfter(attempt, response);
      this.#tell("busy", wait);
      await this.#pauses.wait(wait, signal);
    } else {
      this.#tell("ready");
      if (!response.ok) throw await readProblem(response);
      return true;
    }
    return false;
  }

  /**
   * The answer, or null where there is none.
   *
   * @param {URL} url
   * @param {RequestInit} options
   * @param {AbortSignal} [signal]
   */
  async #attempt(url, options, signal) {
    const timeout = AbortSignal.timeout(PATIENCE);
    try {
      return await fetch(url, { ...options, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    } catch {
      signal?.throwIfAborted();
      return null;
    }
  }

  /**
   * Why there is no answer. A browser tells pages of other origins only that there is one that they may not read.
   *
   * @param {AbortSignal} [signal]
   * @returns {Promise<Silence>}
   */
  async #silence(signal) {
    if (this.server.origin === location.origin) return "unreachable";
    const timeout = AbortSignal.timeout(PATIENCE);
    try {
      await fetch(this.address("health/live"), { mode: "no-cors", signal: timeout });
      return "barred";
    } catch {
      signal?.throwIfAborted();
      return "unreachable";
    }
  }

  /**
   * @param {Silence | "ready"} kind
   * @param {number} [wait]
   */
  #tell(kind, wait = 0) {
    if (kind === "ready") {
      this.#attempts = 0;
      if (this.#kind === "ready" || this.#locks.areAny) return;
    }
    this.#kind = kind;
    this.dispatchEvent(new CustomEvent("connection", { detail: { kind, wait } }));
  }
}

/**
 * Which key the server wants, if it is a key that it wants. Without one, a 403 is not for want of it.
 *
 * @param {Response} response
 * @param {string | null} key that was sent
 * @returns {Lock | null}
 */
function lockOf({ status }, key) {
  if (status === 401) return key ? "unknown" : "locked";
  return status === 403 && key ? "weak" : null;
}

/**
 * How long to wait, in milliseconds: what the server asks for, else twice as long each time.
 *
 * @param {number} attempt
 * @param {Response} [response]
 */
function pauseAfter(attempt, response) {
  const asked = Number(response?.headers.get("Retry-After"));
  return asked > 0 ? asked * 1000 : Math.min(LONGEST_PAUSE, 250 * 2 ** attempt);
}
