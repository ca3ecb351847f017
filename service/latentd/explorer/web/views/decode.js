// @ts-check
// Decode live: the picture at the handle, large, with the numbers that it is made of.

import { paint } from "../picture.js";
import { css } from "../sheet.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";

const MANY = 8;

const styles = css`
  .decode {
    display: grid;
    gap: 18px;
  }
  .decode .picture {
    max-width: 320px;
  }
  .decode .numbers {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(104px, 1fr));
    gap: 6px;
    margin: 0;
  }
  .decode .numbers div {
    display: flex;
    justify-content: space-between;
    padding: 6px 10px;
    border-radius: 8px;
    background: var(--well);
  }
  .decode .numbers dt {
    color: var(--quiet);
  }
`;

/** @type {import("./index.js").View} */
export const decodeView = {
  id: "decode",
  title: "Decode",
  place: "panel",
  styles,
  open(host, { state }, signal) {
    render(
      html`
        <div class="words"></div>
        <div class="picture"><canvas role="img" aria-label="The decoded picture"></canvas></div>
        <dl class="numbers figures"></dl>
      `,
      host,
    );
    const [words, picture, numbers] = /** @type {HTMLElement[]} */ ([...host.children]);
    const canvas = /** @type {HTMLCanvasElement} */ (picture.firstElementChild);
    state.watch(["model"], ({ model }) => render(introduction(model), words), signal);
    state.watch(["decoded"], ({ decoded, model }) => decoded && model && paint(canvas, decoded.output, model), signal);
    state.watch(["latent"], ({ latent }) => render(latent ? coordinates(latent) : nothing, numbers), signal);
  },
};

/** @param {import("../model.js").Model | null} model */
function introduction(model) {
  if (!model) return nothing;
  const numbers = model.latentDim === 1 ? "One number" : `${inWords(model.latentDim)} numbers`;
  return html`
    <h2>${numbers} become a ${model.pictureShape ? "picture" : "row"}</h2>
    <p class="lead">
      Drag the ring over the map. Each place in it is a latent, and the decoder draws what it stands for. The points are
      ${model.heldOut.count.toLocaleString("en")} inputs that the model was not trained on.
    </p>
  `;
}

/** @param {Float32Array} latent */
function coordinates(latent) {
  const digits = latent.length > MANY ? 2 : 3;
  return [...latent].map(
    (value, dim) =>
      html`<div>
        <dt>${dim}</dt>
        <dd>${value.toFixed(digits).replace("-", "−")}</dd>
      </div>`,
  );
}

/** @param {number} count */
function inWords(count) {
  return ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"][count] ?? String(count);
}
