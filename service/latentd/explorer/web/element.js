// @ts-check
// <latent-explorer server="https://…" model="vae-mnist" views="map decode draw" theme="light">

import { Client } from "./client.js";
import { Explorer } from "./explorer.js";
import { readLink, writeLink } from "./link.js";
import { openShell, shellStyles } from "./shell.js";
import { State } from "./state.js";
import { theme, themeInForce } from "./theme.js";
import { keepTray } from "./tray.js";
import { chosenViews, viewStyles } from "./views/index.js";

// This module lies in explorer/<build>/ below the server that it came from.
const HOME = new URL("../../", import.meta.url);
const LINKED = /** @type {const} */ (["model", "view", "latent", "dims", "parameters"]);

/**
 * Shows the latent space of a server's models.
 *
 * Attributes: `server` (its address; without it the one that this module came from), `model`, `views` (ids with spaces
 * between them; without it all), `theme` (`light`, `dark`; without it the system's). A key is a property alone: `apiKey`.
 *
 * Events, all of which bubble and leave shadow trees: `latentchange` {model, latent}, `decode` {model, latent, output},
 * `encode` {model, pixels, latent, output, error, percentile}, `linkchange` {link}, and `keychange` {} when a visitor has
 * typed a key.
 */
export class LatentExplorer extends HTMLElement {
  static observedAttributes = ["server", "model", "views", "theme"];

  /** @type {string | null} */
  #apiKey = null;
  /** @type {{ server: string, key: string | null } | null} what a visitor has typed, and which server is to see it */
  #typed = null;
  /** @type {Explorer | null} */
  #explorer = null;
  #life = new AbortController();
  #link = "";
  /** @type {Float32Array | null} where the ring is to be at first */
  #first = null;

  connectedCallback() {
    for (const name of /** @type {const} */ (["apiKey", "link", "latent"])) this.#adopt(name);
    this.#begin();
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#explorer = null;
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} value
   */
  attributeChangedCallback(name, before, value) {
    if (!this.#explorer || before === value) return;
    if (name === "theme") this.#applyTheme();
    else if (name === "model" && value) {
      if (value !== this.#explorer.state.now.model?.name) this.#explorer.chooseModel(value);
      else this.#explorer.stay();
    } else this.#begin();
  }

  /** What is sent as a bearer token: what the page has set, or else its visitor has typed. It is never an attribute, where it could be read in the page's source. */
  get apiKey() {
    return this.#explorer ? this.#explorer.client.apiKey : this.#apiKey;
  }

  set apiKey(key) {
    if (key === this.apiKey) return;
    this.#apiKey = key;
    this.#typed = null;
    if (this.#explorer) this.#explorer.client.apiKey = key;
  }

  /** The latent at the handle, [L], or null while there is no model. */
  get latent() {
    return this.#explorer?.state.now.latent?.slice() ?? null;
  }

  set latent(latent) {
    if (!latent) return;
    if (this.#explorer) this.#explorer.moveTo(Float32Array.from(latent));
    else this.#first = Float32Array.from(latent);
  }

  /** The newest picture, [D], and whose latent it is, or null while there is none. */
  get decoded() {
    const { decoded } = this.#explorer?.state.now ?? {};
    return decoded ? { latent: decoded.latent.slice(), output: decoded.output.slice() } : null;
  }

  /** What restores the model, the point and the view: `model=…&view=…&at=…`. Setting it goes there. */
  get link() {
    return this.#explorer ? writeLink(this.#explorer.state.now) : this.#link;
  }

  set link(link) {
    if (this.#explorer && link === this.link) {
      this.#explorer.stay();
      return;
    }
    this.#link = link;
    const { model, shared } = readLink(link);
    if (this.#explorer?.state.now.models.length) this.#explorer.go(model, shared);
    else if (this.#explorer) this.#begin();
  }

  /**
   * The latent of an input, or of N of them: [D] → [L], [N·D] → [N·L].
   *
   * @param {ArrayLike<number>} pixels
   * @returns {Promise<Float32Array>}
   */
  async encode(pixels) {
    const { client, model } = await this.#ready();
    return client.encode(model, Float32Array.from(pixels));
  }

  /**
   * The output of a latent, or of N of them: [L] → [D], [N·L] → [N·D].
   *
   * @param {ArrayLike<number>} latent
   * @returns {Promise<Float32Array>}
   */
  async decode(latent) {
    const { client, model } = await this.#ready();
    return client.decode(model, Float32Array.from(latent));
  }

  /**
   * What a page has set before this class was there lies on the object itself, in the way of the class's own property.
   *
   * @param {"apiKey" | "link" | "latent"} name
   */
  #adopt(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = /** @type {any} */ (this[name]);
    delete (/** @type {any} */ (this)[name]);
    /** @type {any} */ (this)[name] = value;
  }

  #begin() {
    this.#life.abort();
    this.#life = new AbortController();
    const { signal } = this.#life;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [theme, ...shellStyles, ...viewStyles];
    const { model, shared } = readLink(this.#link);
    const state = new State(this.#first ? { ...shared, latent: this.#first } : shared);
    this.#first = null;
    const server = new URL(this.getAttribute("server") || HOME, document.baseURI);
    if (!server.pathname.endsWith("/")) server.pathname += "/";
    const client = new Client(server, this.#typed?.server === server.href ? this.#typed.key : this.#apiKey);
    this.#explorer = new Explorer(client, state, (type, detail) => this.#emit(type, detail), signal);
    this.#applyTheme();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#applyTheme(), { signal });
    openShell(root, this.#explorer, chosenViews(this.getAttribute("views")), signal);
    keepTray(state, client.server, signal);
    this.#explorer.start(model || this.getAttribute("model"));
    state.watch(LINKED, (now) => now.model && this.#keepLink(), signal);
  }

  #keepLink() {
    const link = this.link;
    if (link === this.#link) return;
    this.#link = link;
    this.#emit("linkchange", { link });
  }

  #applyTheme() {
    this.#explorer?.state.set({ theme: themeInForce(this.getAttribute("theme")) });
  }

  /** @returns {Promise<{ client: Client, model: import("./model.js").Model }>} */
  #ready() {
    return new Promise((resolve, reject) => {
      const explorer = this.#explorer;
      if (!explorer) throw new Error("the element is in no document");
      const found = new AbortController();
      this.#life.signal.addEventListener("abort", () => reject(this.#life.signal.reason), { once: true });
      const look = (/** @type {Readonly<import("./state.js").Shared>} */ { model }) => {
        if (!model) return;
        resolve({ client: explorer.client, model });
        found.abort();
      };
      explorer.state.watch(["model"], look, AbortSignal.any([found.signal, this.#life.signal]));
    });
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    const { client } = this.#explorer ?? {};
    if (type === "keychange" && client) this.#typed = { server: client.server.href, key: client.apiKey };
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

if (!customElements.get("latent-explorer")) customElements.define("latent-explorer", LatentExplorer);
