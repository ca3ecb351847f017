// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";

/** What the comparison is made of; its parts are filled by the view and its columns. */
export function markup() {
  const column = (/** @type {string} */ side) => html`
    <section class="column" aria-label="${side} model">
      <div class="who"></div>
      <div class="body"></div>
    </section>
  `;
  return html`
    <div class="top">
      <h2>Gaps here, a smooth space there?</h2>
      <div class="subject">
        <div class="picture thumb" hidden><canvas role="img" aria-label="The original"></canvas></div>
        <div class="controls subject"></div>
      </div>
    </div>
    <p class="lesson lead" aria-live="polite"></p>
    <div class="columns">${["Left", "Right"].map(column)}</div>
    <p class="walked" aria-live="polite"></p>
  `;
}
