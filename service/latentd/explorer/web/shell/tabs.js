// @ts-check
import { css } from "../sheet.js";
import { html, render } from "../vendor/lit-html/lit-html.js";

/** @typedef {import("../views/index.js").View} View */

export const tabStyles = css`
  .tabs {
    position: relative; /* places of tabs are told from here */
    display: flex;
    padding: 0 10px;
    border-bottom: 1px solid var(--line);
    overflow-x: auto;
    scrollbar-width: none;
  }
  .panel:focus-visible {
    outline-offset: -3px;
    border-radius: var(--radius);
  }
  .tabs button {
    position: relative;
    flex: none;
    min-height: 48px;
    padding: 0 6px;
    border: 0;
    background: none;
    color: var(--quiet);
    font-size: 13.5px;
    font-weight: 550;
    letter-spacing: -0.01em;
    cursor: pointer;
  }
  .tabs button:hover:not(:disabled) {
    color: var(--ink);
  }
  .tabs button:focus-visible {
    outline-offset: -3px;
    border-radius: 8px;
  }
  .tabs button[aria-selected="true"] {
    color: var(--ink);
  }
  .tabs button[aria-selected="true"]::after {
    content: "";
    position: absolute;
    inset: auto 6px -1px;
    height: 2px;
    border-radius: 2px;
    background: var(--accent);
  }
  .tabs button:disabled {
    opacity: 0.45;
    cursor: default;
  }
`;

/**
 * The tabs, and the panel of the view that is open.
 *
 * @param {HTMLElement} host
 * @param {HTMLElement} frame told by a class when a view takes the map's place
 * @param {import("../explorer.js").Explorer} explorer
 * @param {View[]} views
 * @param {AbortSignal} signal
 */
export function openTabs(host, frame, explorer, views, signal) {
  render(
    html`
      <div class="tabs" role="tablist" aria-label="Views"></div>
      <div class="panel" role="tabpanel" id="panel" tabindex="0"></div>
    `,
    host,
  );
  const [tabs, panel] = /** @type {HTMLElement[]} */ ([...host.children]);
  let open = new AbortController();
  signal.addEventListener("abort", () => open.abort());

  const show = (/** @type {View | undefined} */ view) => {
    open.abort();
    open = new AbortController();
    frame.classList.toggle("whole", view?.place === "whole");
    const room = document.createElement("div");
    room.className = `view ${view?.id ?? ""}`;
    panel.replaceChildren(room);
    if (view) panel.setAttribute("aria-labelledby", `tab-${view.id}`);
    view?.open(room, explorer, open.signal);
  };
  /** @type {View | undefined} */
  let shown;
  explorer.state.watch(
    ["view", "model"],
    ({ view: id, model }) => {
      const suitable = views.filter((view) => !model || !view.suits || view.suits(model));
      const chosen = suitable.find((view) => view.id === id) ?? suitable[0];
      render(tabList(views, suitable, chosen, explorer), tabs);
      if (chosen === shown) return;
      shown = chosen;
      show(chosen);
      bringIntoSight(tabs); // which have as much room now as the view leaves them
    },
    signal,
  );
}

/** @param {HTMLElement} tabs of which a phone may not show all at once */
function bringIntoSight(tabs) {
  const { offsetLeft = 0, offsetWidth = 0 } = /** @type {HTMLElement} */ (
    tabs.querySelector("[aria-selected='true']") ?? {}
  );
  tabs.scrollLeft = offsetLeft + offsetWidth / 2 - tabs.clientWidth / 2;
}

/**
 * @param {View[]} views
 * @param {View[]} suitable those that can show the model
 * @param {View | undefined} chosen
 * @param {import("../explorer.js").Explorer} explorer
 */
function tabList(views, suitable, chosen, explorer) {
  const step = (/** @type {KeyboardEvent} */ event) => {
    const at = chosen ? suitable.indexOf(chosen) : 0;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = suitable[(to + suitable.length) % suitable.length];
    const list = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (event.currentTarget).parentElement);
    explorer.state.set({ view: next.id });
    /** @type {HTMLElement} */ (list.querySelector(`#tab-${next.id}`)).focus();
  };
  return views.map(
    ({ id, title }) => html`
      <button
        role="tab"
        id="tab-${id}"
        aria-selected=${id === chosen?.id}
        aria-controls="panel"
        tabindex=${id === chosen?.id ? 0 : -1}
        ?disabled=${!suitable.some((view) => view.id === id)}
        @click=${() => explorer.state.set({ view: id })}
        @keydown=${step}
      >
        ${title}
      </button>
    `,
  );
}
