// @ts-check
// The model's card as a dialog: what it is, how good it is, and what it is made of. While it is open, the link says so.

import { icons } from "../icons.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { figure, facts, layers, metrics } from "./card-parts.js";

export { cardStyles } from "./card-styles.js";

/**
 * @typedef {import("../explorer.js").Explorer} Explorer
 * @typedef {import("../model.js").Model} Model
 */

/**
 * @param {HTMLDialogElement} dialog
 * @param {Explorer} explorer
 * @param {AbortSignal} signal
 */
export function openCard(dialog, explorer, signal) {
  const { state } = explorer;
  let shown = new AbortController();
  /** @type {Model | null} */
  let last = null;
  const forget = () => {
    shown.abort();
    last = null;
    const { card: _open, ...others } = state.now.parameters;
    if (_open) state.set({ parameters: others });
  };
  const show = (/** @type {Model} */ model) => {
    shown.abort();
    shown = new AbortController();
    last = model;
    render(
      content(model, explorer, () => dialog.close()),
      dialog,
    );
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    drawFigures(dialog, model, explorer, AbortSignal.any([shown.signal, signal]));
  };
  dialog.addEventListener("close", forget, { signal });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(), { signal });
  state.watch(
    ["parameters", "model"],
    ({ parameters, model }) => {
      if (!parameters.card) dialog.close();
      else if (model && model !== last) show(model);
    },
    signal,
  );
}

/**
 * @param {Model} model
 * @param {Explorer} explorer
 * @param {() => void} close
 */
function content(model, { client }, close) {
  const { name, version, manifest } = model;
  const card = client.address(`models/${encodeURIComponent(name)}/card`, { version }).href;
  return html`
    <div class="sheet">
      <div class="top">
        <h2 id="card-title">${name} <span class="version">version ${version}</span></h2>
        <button class="button icon" aria-label="Close" title="Close (Esc)" @click=${close}>${icons.close}</button>
      </div>
      <div class="body">
        <p class="lead">${manifest.description}</p>
        ${facts(manifest)}
        <section aria-labelledby="card-drawing">
          <h3 id="card-drawing">What it is made of</h3>
          <div class="made">
            ${figure(`models/${encodeURIComponent(name)}/architecture.svg`, `The layers of ${name}, drawn`, null)}
            ${layers(manifest.layers)}
          </div>
        </section>
        <section aria-labelledby="card-metrics">
          <h3 id="card-metrics">How good it is</h3>
          ${metrics(manifest.metrics)}
        </section>
        ${pictures(model)}
      </div>
      ${
        // A page that is followed to by a link could not show the key.
        client.apiKey
          ? nothing
          : html`<div class="end"><a href=${card} target="_blank" rel="noopener">The full model card</a></div>`
      }
    </div>
  `;
}

/** @param {Model} model */
function pictures({ name, manifest }) {
  const files = Object.keys(manifest.files).filter((file) => file.endsWith(".png") && file !== "architecture.png");
  if (files.length === 0) return nothing;
  const inWords = (/** @type {string} */ file) => file.replace(".png", "").replaceAll("_", " ");
  const address = (/** @type {string} */ file) => `models/${encodeURIComponent(name)}/card/${encodeURIComponent(file)}`;
  return html`
    <section aria-labelledby="card-figures">
      <h3 id="card-figures">Figures</h3>
      <div class="drawings">
        ${files.map((file) => figure(address(file), `${name}: ${inWords(file)}`, inWords(file)))}
      </div>
    </section>
  `;
}

/**
 * Fetch the pictures, with the key where there is one: an address alone could not carry it.
 *
 * @param {HTMLDialogElement} dialog
 * @param {Model} model
 * @param {Explorer} explorer
 * @param {AbortSignal} signal
 */
function drawFigures(dialog, { version }, explorer, signal) {
  for (const image of dialog.querySelectorAll("img")) {
    image.removeAttribute("src");
    explorer.attempt(async () => {
      const response = await explorer.client.ask(image.dataset.path ?? "", {
        query: { version },
        accept: "image/*",
        signal,
      });
      const url = URL.createObjectURL(await response.blob());
      signal.addEventListener("abort", () => URL.revokeObjectURL(url));
      image.src = url;
    }, signal);
  }
}
