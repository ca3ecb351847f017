// @ts-check
// The parts of a model's card, from its manifest.

import { html, nothing } from "../vendor/lit-html/lit-html.js";

/**
 * @typedef {object} Layer
 * @property {string} part
 * @property {string} name
 * @property {string} kind
 * @property {number[]} output_shape
 * @property {number} parameters
 */

/**
 * @typedef {object} Metric
 * @property {string} name
 * @property {number} value
 * @property {string} unit
 * @property {string} definition
 */

const KINDS = {
  ae: "autoencoder",
  vae: "variational autoencoder",
  dae: "denoising autoencoder",
};

/**
 * A picture that is filled in later: its path is kept in its data.
 *
 * @param {string} path
 * @param {string} alt
 * @param {string | null} caption
 */
export function figure(path, alt, caption) {
  return html`<figure>
    <img data-path=${path} alt=${alt} />
    ${caption ? html`<figcaption>${caption}</figcaption>` : nothing}
  </figure>`;
}

/** @param {any} manifest */
export function facts(manifest) {
  const { provenance, layers } = manifest;
  const shape = (manifest.picture_shape ?? manifest.input_shape).join(" × ");
  const rows = provenance?.dataset?.training_rows;
  /** @type {[string, string][]} */
  const all = [
    ["Kind", KINDS[/** @type {keyof typeof KINDS} */ (manifest.kind)] ?? manifest.kind],
    ["Input", shape],
    ["Latent", counted(manifest.latent_dim, "number")],
    ["Parameters", whole(sum(layers))],
  ];
  if (rows) all.push(["Trained on", `${whole(rows)} of ${provenance.dataset.name}`]);
  if (provenance?.epochs) all.push(["For", counted(provenance.epochs, "epoch")]);
  return html`<dl class="facts">
    ${all.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** @param {Layer[]} rows */
export function layers(rows) {
  return html`<div class="table" tabindex="0" role="group" aria-label="Layers">
    <table>
      <thead>
        <tr>
          <th scope="col">Layer</th>
          <th scope="col">Kind</th>
          <th scope="col" class="number">Shape</th>
          <th scope="col" class="number">Parameters</th>
        </tr>
      </thead>
      ${["encoder", "decoder"].map((part) => layersOf(rows, part))}
      <tfoot>
        <tr>
          <th scope="row" colspan="3">All</th>
          <td class="number">${whole(sum(rows))}</td>
        </tr>
      </tfoot>
    </table>
  </div>`;
}

/**
 * @param {Layer[]} rows
 * @param {string} part
 */
function layersOf(rows, part) {
  const own = rows.filter((layer) => layer.part === part);
  if (own.length === 0) return nothing;
  return html`<tbody>
    <tr class="part">
      <th scope="rowgroup" colspan="3">${part}</th>
      <td class="number">${whole(sum(own))}</td>
    </tr>
    ${own.map(
      ({ name, kind, output_shape, parameters }) =>
        html`<tr>
          <th scope="row">${name}</th>
          <td>${kind}</td>
          <td class="number">${output_shape.join(" × ")}</td>
          <td class="number">${whole(parameters)}</td>
        </tr>`,
    )}
  </tbody>`;
}

/** @param {Metric[]} rows */
export function metrics(rows) {
  return html`<dl class="metrics">
    ${rows.map(
      ({ name, value, unit, definition }) =>
        html`<div>
          <dt>${name.replaceAll("_", " ")}</dt>
          <dd class="value">${rounded(value)} <small>${unit}</small></dd>
          <dd class="definition">${definition}</dd>
        </div>`,
    )}
  </dl>`;
}

/** @param {Layer[]} rows */
function sum(rows) {
  return rows.reduce((total, { parameters }) => total + parameters, 0);
}

/** @param {number} value */
function whole(value) {
  return value.toLocaleString("en");
}

/** @param {number} value */
function rounded(value) {
  return Number(value.toPrecision(4)).toLocaleString("en", { maximumSignificantDigits: 4 }).replace("-", "−");
}

/**
 * @param {number} count
 * @param {string} noun
 */
function counted(count, noun) {
  return `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;
}
