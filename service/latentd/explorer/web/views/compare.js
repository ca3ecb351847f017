// @ts-check
// Compare: two models side by side on the same digit, and what their spaces are like where there are none.

import { Column } from "../compare/column.js";
import { lesson, walkWords } from "../compare/lesson.js";
import { markup } from "../compare/markup.js";
import { compareStyles } from "../compare/styles.js";
import { acrossWidestGap } from "../compare/walk.js";
import { Explorer } from "../explorer.js";
import { heldOutLatent, heldOutName, noun } from "../model.js";
import { newestWins } from "../newest.js";
import { paint } from "../picture.js";
import { State } from "../state.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { readEnd } from "../way/ends.js";
import { pictureOf } from "../way/pictures.js";
import { anyRow, classesOf, nearestRow, randomRow, rowOf, typicalRow } from "../way/rows.js";

/** @type {import("./index.js").View} */
export const compareView = {
  id: "compare",
  title: "Compare",
  place: "whole",
  styles: compareStyles,
  open(host, explorer, signal) {
    new Compare(host, explorer, signal);
  },
};

class Compare {
  /** @type {number | null} */
  #row = null;
  /** @type {[number, number] | null} */
  #ends = null;
  /** @type {"gap" | "digits"} */
  #walk = "gap";
  /** @type {import("../state.js").Drawing | null} */
  #drawing = null;
  #settling = false;
  /** Is the row one that nobody has chosen? */
  #isUsual = false;
  /** @type {string | null} what the link says of the comparison */
  #kept = null;
  /** @type {number | null} a row that has no picture */
  #missing = null;
  /** @type {{ row: number, pixels: Float32Array } | null} the newest held-out picture that has come */
  #picture = null;
  #fetchNewest = newestWins((/** @type {number} */ row) => this.#fetch(row));

  /**
   * @param {HTMLElement} host
   * @param {Explorer} explorer the left column's; the right one has its own
   * @param {AbortSignal} signal
   */
  constructor(host, explorer, signal) {
    this.host = host;
    this.left = explorer;
    this.signal = signal;
    const { theme } = explorer.state.now;
    this.right = new Explorer(explorer.client, new State({ theme }), () => {}, signal);
    render(markup(), host);
    const bodies = /** @type {NodeListOf<HTMLElement>} */ (host.querySelectorAll(".body"));
    this.columns = [this.left, this.right].map((each, at) => new Column(bodies[at], each, () => this.#say(), signal));
    const { state } = explorer;
    state.watch(["theme"], (now) => this.right.state.set({ theme: now.theme }), signal);
    state.watch(["models", "model"], () => this.#choose(), signal);
    state.watch(["parameters"], ({ parameters }) => this.#isElsewhere(parameters) && this.#choose(), signal);
    state.watch(["drawing"], ({ drawing }) => this.#draw(drawing), signal);
    this.right.state.watch(["model"], () => this.#show(), signal);
    for (const { state: own } of [this.left, this.right]) {
      own.watch(["model"], () => this.#settle(), signal);
      own.watch(["latent"], (now) => this.#follow(now), signal);
    }
  }

  /** Let the right column show the model that the link names, else one of another kind. */
  #choose() {
    const { models, model, parameters } = this.left.state.now;
    if (!model) return;
    const others = models.filter(({ name, input_dim }) => name !== model.name && input_dim === model.inputDim);
    const named = others.find(({ name }) => name === parameters.with);
    const alike = others.filter(({ latent_dim }) => latent_dim === model.latentDim);
    const usual = [...alike, ...others].find(({ kind }) => (kind === "vae") !== (model.kind === "vae")) ?? others[0];
    const chosen = (named ?? usual)?.name;
    if (this.#isElsewhere(parameters)) this.#ends = null;
    this.#begin(model);
    if (chosen && chosen !== this.right.state.now.model?.name) this.right.chooseModel(chosen);
    this.#show();
  }

  /**
   * Has a link been followed to another comparison?
   *
   * @param {Readonly<Record<string, string>>} parameters
   */
  #isElsewhere(parameters) {
    return this.#kept !== null && this.#kept !== comparedIn(parameters);
  }

  /** @param {import("../model.js").Model} model */
  #begin(model) {
    if (this.#ends) return;
    const { latent, parameters, drawing } = this.left.state.now;
    this.#walk = parameters.walk === "digits" ? "digits" : "gap";
    const classes = classesOf(model);
    const named = Number(parameters.digit?.match(/^held-out-(\d+)$/)?.[1] ?? NaN);
    const here = latent && rowOf(model, latent);
    this.#row =
      named < model.heldOut.count ? named : drawing ? null : (here ?? typicalRow(model, classes[0]?.label ?? 0));
    this.#isUsual = this.#row !== null && !(named < model.heldOut.count) && here === null;
    const [first, last] = [classes[0]?.label ?? 0, classes[classes.length - 1]?.label ?? 0];
    const ends = parameters.ends?.split(",").map((end) => readEnd(model, end)?.row ?? null) ?? [];
    this.#ends = [ends[0] ?? typicalRow(model, first), ends[1] ?? typicalRow(model, last)];
  }

  /** @param {import("../state.js").Drawing | null} drawing */
  #draw(drawing) {
    if (drawing?.pixels !== this.#drawing?.pixels) {
      if (drawing) this.right.draw(drawing.pixels, drawing);
      if (this.#drawing !== null || this.#ends) this.#row = drawing ? null : this.#row;
    }
    this.#drawing = drawing;
    this.#show();
  }

  /** Where another model begins, nobody has chosen. */
  #settle() {
    this.#settling = true;
    queueMicrotask(() => (this.#settling = false));
  }

  /**
   * A digit that is chosen on one map is shown on both.
   *
   * @param {Readonly<import("../state.js").Shared>} now
   */
  #follow({ model, latent, drawing }) {
    if (!model || !latent || !this.#ends || this.#settling || latent === drawing?.latent) return;
    const row = rowOf(model, latent);
    if (row === null || row === this.#row) return;
    this.#row = row;
    this.#show();
  }

  #show() {
    const { models, model, drawing } = this.left.state.now;
    if (!model || !this.#ends) return;
    if (this.#row === null && !drawing) this.#row = typicalRow(model, classesOf(model)[0]?.label ?? 0);
    this.#keep();
    const pixels = this.#pixels();
    const thumb = /** @type {HTMLElement} */ (this.host.querySelector(".thumb"));
    thumb.hidden = pixels === null;
    if (pixels) paint(/** @type {HTMLCanvasElement} */ (thumb.firstElementChild), pixels, model);
    const asked = { row: this.#row, pixels, ends: this.#walk === "gap" ? this.#acrossGap(model) : this.#ends };
    for (const column of this.columns) column.ask(asked);
    render(this.#subject(model), this.#part("controls"));
    for (const [at, head] of this.host.querySelectorAll(".column .who").entries()) {
      render(this.#picker(models, at === 0 ? this.left : this.right), /** @type {HTMLElement} */ (head));
    }
    this.#say();
  }

  /**
   * Two rows with a wide gap between them, in the model that has more of them; the other one goes between the same two.
   *
   * @param {import("../model.js").Model} model
   */
  #acrossGap(model) {
    const [left, right] = this.columns;
    const other = this.right.state.now.model;
    return acrossWidestGap(other && right.share > left.share ? other : model);
  }

  /** What is compared, where it is known: the drawing, or the held-out picture once it has come. */
  #pixels() {
    if (this.#row === null) return this.left.state.now.drawing?.pixels ?? null;
    if (this.#picture?.row === this.#row) return this.#picture.pixels;
    this.#fetchNewest(this.#row);
    return null;
  }

  /** @param {number} row */
  async #fetch(row) {
    const { client, state } = this.left;
    const { model } = state.now;
    if (!model || this.#missing === row) return;
    await this.left.attempt(async () => {
      const pixels = await pictureOf(client, model, row, this.signal);
      if (pixels) this.#picture = { row, pixels };
      else this.#missing = row;
      if (row !== this.#row) return;
      if (!pixels && this.#isUsual) this.#row = pictured(model, row);
      this.#isUsual = false;
      this.#show();
    }, this.signal);
  }

  #another() {
    const { model } = this.left.state.now;
    if (model) this.#row = randomRow(model);
    this.#show();
  }

  #keep() {
    const { parameters } = this.left.state.now;
    const right = this.right.state.now.model?.name;
    /** @type {Record<string, string>} */
    const next = { ...parameters, walk: this.#walk };
    if (right) next.with = right;
    if (this.#row === null) delete next.digit;
    else next.digit = `held-out-${this.#row}`;
    if (this.#walk === "gap" || !this.#ends) delete next.ends;
    else next.ends = this.#ends.map((row) => `held-out-${row}`).join(",");
    this.#kept = comparedIn(next);
    if (JSON.stringify(next) !== JSON.stringify(parameters)) this.left.state.set({ parameters: next });
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.host.querySelector(`.${name}`));
  }

  /** @param {import("../model.js").Model} model */
  #subject(model) {
    const { drawing } = this.left.state.now;
    const digit = noun(model);
    const classes = classesOf(model);
    const set = (/** @type {() => void} */ change) => () => {
      change();
      this.#show();
    };
    const end = (/** @type {0 | 1} */ at) => (/** @type {Event} */ event) => {
      const row = anyRow(model, Number(/** @type {HTMLSelectElement} */ (event.target).value));
      this.#ends = this.#ends && (at === 0 ? [row, this.#ends[1]] : [this.#ends[0], row]);
      this.#show();
    };
    const ends = (/** @type {0 | 1} */ at, /** @type {string} */ name) =>
      html`<label>
        ${name}
        <select aria-label="${name}: a held-out ${digit}" @change=${end(at)}>
          ${classes.map(
            ({ label, name: says }) =>
              html`<option
                value=${label}
                .selected=${this.#ends !== null && model.heldOut.labels?.[this.#ends[at]] === label}
              >
                ${says}
              </option>`,
          )}
        </select>
      </label>`;
    return html`
      <div class="row">
        <span
          >${this.#row === null ? (drawing?.origin ?? "Your drawing") : sentence(heldOutName(model, this.#row))}</span
        >
        <button class="button" @click=${() => this.#another()}>Another ${digit}</button>
        ${
          drawing && this.#row !== null
            ? html`<button class="button" @click=${set(() => (this.#row = null))}>Your drawing</button>`
            : html`<button class="button" @click=${() => this.left.state.set({ view: "draw" })}>Draw one</button>`
        }
      </div>
      <div class="row">
        <label>
          Walk
          <select @change=${set(() => (this.#walk = this.#walk === "gap" ? "digits" : "gap"))}>
            <option value="gap" .selected=${this.#walk === "gap"}>across a wide gap</option>
            ${
              classes.length
                ? html`<option value="digits" .selected=${this.#walk === "digits"}>between two ${digit}s</option>`
                : nothing
            }
          </select>
        </label>
        ${this.#walk === "digits" ? [ends(0, "from"), ends(1, "to")] : nothing}
      </div>
    `;
  }

  /**
   * @param {readonly import("../client.js").ModelSummary[]} models
   * @param {Explorer} explorer
   */
  #picker(models, explorer) {
    const side = explorer === this.left ? "Left" : "Right";
    const { model } = explorer.state.now;
    const change = (/** @type {Event} */ event) =>
      explorer.chooseModel(/** @type {HTMLSelectElement} */ (event.target).value);
    const fitting = models.filter(({ input_dim }) => input_dim === this.left.state.now.model?.inputDim);
    return html`<select aria-label="${side} model" @change=${change}>
        ${fitting.map(({ name }) => html`<option value=${name} .selected=${name === model?.name}>${name}</option>`)}
      </select>
      <span class="small">${model ? `${model.latentDim} latent dimensions` : ""}</span>`;
  }

  #say() {
    const [one, other] = (this.columns ?? []).map(({ seen }) => seen);
    if (!one || !other) return;
    const isSame = one.model.name === other.model.name;
    this.#part("lesson").textContent = isSame ? "Both sides show one model." : lesson(one, other);
    this.#part("walked").textContent = walkWords([one, other]);
  }
}

/**
 * What a link says of a comparison, to tell one from another.
 *
 * @param {Readonly<Record<string, string>>} parameters
 */
function comparedIn({ with: other, digit, walk, ends }) {
  return [other, digit, walk, ends].join(" ");
}

/**
 * The row nearest to another that is of its class and has a picture; without any, that one.
 *
 * @param {import("../model.js").Model} model
 * @param {number} row
 */
function pictured(model, row) {
  const label = model.heldOut.labels?.[row];
  const like = Array.from(model.heldOut.pictured).filter((other) => model.heldOut.labels?.[other] === label);
  return nearestRow(model, heldOutLatent(model, row), like) ?? row;
}

/** @param {string} words */
function sentence(words) {
  return words[0].toUpperCase() + words.slice(1);
}
