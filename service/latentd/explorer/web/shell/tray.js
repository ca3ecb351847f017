// @ts-check
// The tray below the views: what was worth keeping, from whichever of them.

import { icons } from "../icons.js";
import { paint } from "../picture.js";
import { asCsv, asJson, asSheet, download, inWords } from "../tray-files.js";
import { formOf, pinOf } from "../tray.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";

/**
 * @typedef {import("../explorer.js").Explorer} Explorer
 * @typedef {import("../state.js").Pin} Pin
 */

export { trayStyles } from "./tray-styles.js";

/**
 * @param {HTMLElement} host
 * @param {Explorer} explorer
 * @param {AbortSignal} signal
 */
export function openTray(host, explorer, signal) {
  const { state } = explorer;
  host.className = "tray";
  host.setAttribute("aria-label", "Tray");
  render(
    html`<div class="bar"></div>
      <div></div>`,
    host,
  );
  const [top, pins] = /** @type {HTMLElement[]} */ ([...host.children]);
  /** @type {unknown[]} */
  let shown = [];
  const showBar = () => {
    const { tray, decoded } = state.now;
    const seen = [tray, decoded !== null, isKept(explorer)];
    if (seen.some((each, at) => each !== shown[at])) render(bar(explorer), top); // not for each picture of a drag
    shown = seen;
  };
  const showPins = () => {
    const { tray, models } = state.now;
    render(tray.length ? list(explorer) : nothing, pins);
    for (const [at, canvas] of pins.querySelectorAll("canvas").entries()) {
      paint(canvas, tray[at].output, formOf(tray[at], models));
    }
  };
  state.watch(["tray", "decoded", "model"], showBar, signal);
  state.watch(["tray", "models"], showPins, signal);
}

/** @param {Explorer} explorer */
function isKept({ state }) {
  const { tray, model, decoded } = state.now;
  return model !== null && decoded !== null && pinOf(tray, model, decoded.latent) !== undefined;
}

/** @param {Explorer} explorer */
function bar(explorer) {
  const { tray, decoded } = explorer.state.now;
  const kept = isKept(explorer);
  const keep = () => {
    const { decoded } = explorer.state.now;
    if (decoded) explorer.pin(decoded.latent, decoded.output);
  };
  const save = async (/** @type {string} */ kind) => {
    const made = {
      png: () => asSheet(tray, (pin) => formOf(pin, explorer.state.now.models)),
      json: () => asJson(tray),
      csv: () => asCsv(tray),
    };
    const content = await made[/** @type {keyof typeof made} */ (kind)]();
    const type = { png: "image/png", json: "application/json", csv: "text/csv" }[kind];
    download(`latentd-tray.${kind}`, new Blob([content], { type }));
    explorer.say(`Saved latentd-tray.${kind}.`);
  };
  const clear = () => {
    explorer.state.set({ tray: [] });
    explorer.say("The tray is empty.");
  };
  return html`
    <p class="count">${tray.length ? `Tray: ${tray.length}` : "The tray is empty"}</p>
    ${
      tray.length
        ? html`
            <div class="row" role="group" aria-label="Save the tray">
              ${["png", "json", "csv"].map(
                (kind) =>
                  html`<button class="button" title="Save the tray as ${kind.toUpperCase()}" @click=${() => save(kind)}>
                    ${kind.toUpperCase()}
                  </button>`,
              )}
            </div>
            <button class="button icon" aria-label="Clear the tray" title="Clear the tray" @click=${clear}>
              ${icons.clear}
            </button>
          `
        : nothing
    }
    <button class="button keep" title="Keep the picture at the handle" ?disabled=${!decoded || kept} @click=${keep}>
      ${icons.pin}${kept ? "Pinned" : "Pin"}
    </button>
  `;
}

/** @param {Explorer} explorer */
function list(explorer) {
  const { tray } = explorer.state.now;
  const mark = (/** @type {Pin | null} */ pin) => markPin(explorer, pin);
  return html`<ul role="list">
    ${tray.map(
      (pin, at) => html`
        <li @pointerenter=${() => mark(pin)} @pointerleave=${() => mark(null)}>
          <button
            class="pin picture"
            aria-label="Pin ${at + 1}: ${pin.model} at ${inWords(pin.latent)}"
            title="${pin.model} at ${inWords(pin.latent)}"
            @click=${() => explorer.go(pin.model, { latent: pin.latent, dims: dimsFor(explorer, pin) })}
            @focus=${() => mark(pin)}
            @blur=${() => mark(null)}
            @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Delete" && remove(explorer, at, event)}
          >
            <canvas></canvas>
          </button>
          <button
            class="remove"
            aria-label="Remove pin ${at + 1}"
            @click=${(/** @type {Event} */ event) => remove(explorer, at, event)}
          >
            ${icons.close}
          </button>
        </li>
      `,
    )}
  </ul>`;
}

/**
 * Remove a pin; the focus goes to the one that takes its place.
 *
 * @param {Explorer} explorer
 * @param {number} at
 * @param {Event} event
 */
function remove(explorer, at, event) {
  const host = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (event.currentTarget).closest(".tray"));
  markPin(explorer, null);
  explorer.unpin(explorer.state.now.tray[at]);
  const pins = host.querySelectorAll(".pin");
  const next = pins[Math.min(at, pins.length - 1)] ?? host.querySelector(".bar .button");
  /** @type {HTMLElement} */ (next).focus();
}

/**
 * Show on the map where a pin lies.
 *
 * @param {Explorer} explorer
 * @param {Pin | null} pin
 */
function markPin(explorer, pin) {
  const isHere = pin && pin.model === explorer.state.now.model?.name;
  explorer.mark("tray", isHere ? { points: [{ latent: pin.latent, label: "", kind: "end" }], ways: [] } : null);
}

/**
 * @param {Explorer} explorer
 * @param {Pin} pin
 */
function dimsFor({ state }, pin) {
  return pin.model === state.now.model?.name ? state.now.dims : undefined;
}
