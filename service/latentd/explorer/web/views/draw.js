// @ts-check
// Draw: what is drawn is encoded on every stroke; beside it stand its reconstruction and where the two differ.

import { fit } from "../draw/fit.js";
import { Sketchpad } from "../draw/sketchpad.js";
import { styles } from "../draw/styles.js";
import { unusualness } from "../draw/words.js";
import { icons } from "../icons.js";
import { Given } from "../draw/given.js";
import { hasExamples, isGrey, noun } from "../model.js";
import { paint, paintDifference } from "../picture.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";

/**
 * @typedef {import("../explorer.js").Explorer} Explorer
 * @typedef {import("../state.js").Drawing} Drawing
 * @typedef {import("../model.js").Model} Model
 */

/** @type {import("./index.js").View} */
export const drawView = {
  id: "draw",
  title: "Draw",
  place: "panel",
  suits: isGrey,
  styles,
  open(host, explorer, signal) {
    const { state } = explorer;
    render(frame, host);
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (host.querySelector(`.${name}`));
    const pad = new Sketchpad(/** @type {HTMLCanvasElement} */ (part("pad")), () => drawn(pad, explorer), signal);
    const given = new Given(explorer, signal);
    given.acceptDrops(host);
    state.watch(["model"], ({ model }) => model && render(introduction(model), part("words")), signal);
    state.watch(
      ["drawing", "model"],
      ({ drawing, model }) => {
        if (!drawing?.strokes.length || drawing.strokes !== pad.strokes) show(pad, drawing, model);
        render(actions(pad, explorer, given), part("drawing-tools"));
        part("results").hidden = !drawing?.output;
        if (model && drawing?.output) showResults(host, drawing, drawing.output, model);
      },
      signal,
    );
  },
};

const frame = html`
  <div class="words"></div>
  <div class="board">
    <div class="paper">
      <canvas
        class="pad grey"
        tabindex="0"
        role="application"
        aria-label="Drawing"
        aria-description="Draw with a pointer. Or move the pen with the arrow keys; Space puts it down and lifts it."
      ></canvas>
    </div>
    <div class="drawing-tools" role="group" aria-label="Drawing tools"></div>
  </div>
  <div class="results" hidden>
    <h3 class="origin"></h3>
    <div class="trio">
      <figure>
        <div class="picture"><canvas class="seen" role="img" aria-label="What the model sees"></canvas></div>
        <figcaption>What it sees</figcaption>
      </figure>
      <figure>
        <div class="picture"><canvas class="given" role="img" aria-label="Its reconstruction"></canvas></div>
        <figcaption>Reconstruction</figcaption>
      </figure>
      <figure>
        <div class="picture"><canvas class="off" role="img" aria-label="Where the two differ"></canvas></div>
        <figcaption><span class="lost">lost</span> and <span class="added">added</span></figcaption>
      </figure>
    </div>
    <div class="verdict" aria-live="polite"></div>
  </div>
`;

/** @param {Model} model */
function introduction(model) {
  return html`
    <h2>Draw a ${noun(model)}</h2>
    <p class="lead">The model has ${model.latentDim} numbers for it. Watch where it lands on the map.</p>
  `;
}

/**
 * @param {Sketchpad} pad
 * @param {Explorer} explorer
 */
function drawn(pad, explorer) {
  const { model } = explorer.state.now;
  if (!model?.pictureShape || !model.range) return;
  const [height, width] = model.pictureShape;
  const { low, high } = model.range;
  if (pad.strokes.length === 0) {
    explorer.draw(null);
    return;
  }
  const fitted = fit(pad.read(), width, height);
  if (!fitted) return; // outside of the pad
  explorer.draw(
    fitted.map((ink) => low + ink * (high - low)),
    { strokes: pad.strokes },
  );
}

/**
 * The strokes, or where it was not drawn by hand the picture.
 *
 * @param {Sketchpad} pad
 * @param {Drawing | null} drawing
 * @param {Model | null} model
 */
function show(pad, drawing, model) {
  if (!drawing || drawing.strokes.length || !model) {
    pad.show(drawing?.strokes ?? []);
    return;
  }
  const picture = document.createElement("canvas");
  paint(picture, drawing.pixels, model);
  pad.show(drawing.strokes, picture);
}

/**
 * @param {Sketchpad} pad
 * @param {Explorer} explorer
 * @param {Given} given
 */
function actions(pad, explorer, given) {
  const { drawing, model } = explorer.state.now;
  const isEmpty = drawing === null;
  const random = html`
    <button class="button" @click=${() => given.drawRandom()}>
      ${icons.dice} Held-out ${model ? noun(model) : "picture"}
    </button>
  `;
  return html`
    ${model && hasExamples(model) ? random : nothing}
    <button class="button" title="PNG or JPEG; it may be dropped here too" @click=${() => given.chooseFile()}>
      ${icons.file} Picture file
    </button>
    <button class="button" ?disabled=${pad.strokes.length === 0} @click=${() => pad.undo()}>${icons.undo} Undo</button>
    <button class="button" ?disabled=${isEmpty} @click=${() => explorer.draw(null)}>${icons.clear} Clear</button>
  `;
}

/**
 * @param {HTMLElement} host
 * @param {Drawing} drawing
 * @param {Float32Array} output
 * @param {Model} model
 */
function showResults(host, { pixels, percentile, error, origin }, output, model) {
  const canvas = (/** @type {string} */ name) =>
    /** @type {HTMLCanvasElement} */ (host.querySelector(`canvas.${name}`));
  paint(canvas("seen"), pixels, model);
  paint(canvas("given"), output, model);
  paintDifference(canvas("off"), pixels, output, model);
  const named = /** @type {HTMLElement} */ (host.querySelector(".origin"));
  named.textContent = origin;
  named.hidden = origin === null;
  const verdict = /** @type {HTMLElement} */ (host.querySelector(".verdict"));
  if (percentile === null || error === null) return render(nothing, verdict);
  const { short, long } = unusualness(percentile, noun(model));
  return render(
    html`
      <p class="short">${short}</p>
      <meter min="0" max="100" .value=${percentile} aria-label="Error percentile"></meter>
      <p class="lead">${long}</p>
    `,
    verdict,
  );
}
