// @ts-check
import { html, render } from "../vendor/lit-html/lit-html.js";

/**
 * @typedef {object} Legend
 * @property {string[]} names
 * @property {string[]} colours
 * @property {ReadonlySet<number>} hidden
 * @property {(hidden: ReadonlySet<number>) => void} hide
 * @property {(label: number | null) => void} light
 */

/**
 * The classes: each is switched on and off; pointing at one lights it up.
 *
 * @param {HTMLElement} host
 * @param {Legend} legend
 */
export function showLegend(host, { names, colours, hidden, hide, light }) {
  const toggle = (/** @type {number} */ label) => {
    const others = new Set(hidden);
    if (!others.delete(label)) others.add(label);
    hide(others);
  };
  const alone = (/** @type {number} */ label) => hide(new Set(names.keys().filter((other) => other !== label)));
  render(
    names
      .map(
        (name, label) => html`
          <button
            class="class"
            aria-pressed=${!hidden.has(label)}
            aria-label="Class ${name}"
            title="Click: on or off. Double click: this one alone."
            @click=${() => toggle(label)}
            @dblclick=${() => alone(label)}
            @pointerenter=${() => light(label)}
            @pointerleave=${() => light(null)}
            @focus=${(/** @type {Event} */ { target }) => isByKey(target) && light(label)}
            @blur=${() => light(null)}
          >
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <circle cx="5" cy="5" r="4.2" fill=${colours[label]} stroke=${colours[label]} />
            </svg>
            ${name}
          </button>
        `,
      )
      .concat(
        names.length > 1
          ? html`<button class="class all" ?disabled=${hidden.size === 0} @click=${() => hide(new Set())}>All</button>`
          : [],
      ),
    host,
  );
}

/**
 * Has the keyboard led here? A click that switches a class off is not to light it up.
 *
 * @param {EventTarget | null} target
 */
function isByKey(target) {
  return /** @type {HTMLElement} */ (target).matches(":focus-visible");
}
