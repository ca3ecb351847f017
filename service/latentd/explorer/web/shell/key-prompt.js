// @ts-check
// Asks the visitor for the key that the server wants.

import { css } from "../sheet.js";
import { html } from "../vendor/lit-html/lit-html.js";

const WORDS = {
  locked: "This server asks for a key",
  unknown: "The server does not know this key",
  weak: "This key does not open the models",
};

export const promptStyles = css`
  .notice.lock {
    display: grid;
    gap: 4px 12px;
    width: 400px;
    max-width: 100%;
    padding: 20px;
  }
  .notice.lock::before {
    display: none;
  }
  .notice.lock h2 {
    font-size: 17px;
  }
  .notice.lock.refused h2 {
    color: var(--warm);
  }
  .notice.lock p {
    color: var(--quiet);
    text-wrap: pretty;
  }
  .notice.lock label {
    margin-top: 12px;
    font-size: 13px;
    font-weight: 600;
  }
  .notice.lock .row {
    flex-wrap: nowrap;
  }
  .notice.lock input {
    flex: 1;
    min-width: 0;
    min-height: 40px;
    padding: 0 12px;
    border: 1px solid var(--line-strong);
    border-radius: 10px;
    background: var(--well);
    color: inherit;
    font: 14px var(--figures);
  }
  .notice.lock .button {
    min-height: 40px;
  }
  @media (pointer: coarse) {
    .notice.lock input {
      min-height: 44px;
      font-size: 16px; /* smaller, and phones zoom in */
    }
  }
`;

/**
 * @param {import("../connection.js").Lock} lock
 * @param {(key: string) => void} open
 */
export function keyPrompt(lock, open) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (
      /** @type {HTMLElement} */ (event.currentTarget).querySelector("input")
    );
    input.setCustomValidity(isKey(input.value) ? "" : "A key is letters, digits and signs, without spaces.");
    if (input.reportValidity()) open(input.value.trim());
  };
  const forget = (/** @type {Event} */ { target }) => /** @type {HTMLInputElement} */ (target).setCustomValidity("");
  return html`
    <form class="notice lock ${lock === "locked" ? "" : "refused"}" novalidate @submit=${submit}>
      <h2>${WORDS[lock]}</h2>
      <p>Whoever runs the server can give you one. It is kept as long as this tab is open.</p>
      <label for="key">API key</label>
      <div class="row">
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck="false"
          aria-invalid=${lock !== "locked"}
          @input=${forget}
        />
        <button class="button primary">Open</button>
      </div>
    </form>
  `;
}

/**
 * Can it be sent? A header carries visible ASCII alone.
 *
 * @param {string} text
 */
function isKey(text) {
  return /^[\x21-\x7e]+$/.test(text.trim());
}
