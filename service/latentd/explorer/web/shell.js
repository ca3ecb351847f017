// @ts-check
// What stands around the views: the models, the map, the tabs and the panel, and what is to be said of the server.

import { LatentMap } from "./map/latent-map.js";
import { css } from "./sheet.js";
import { actionStyles, openActions } from "./shell/actions.js";
import { cardStyles, openCard } from "./shell/card.js";
import { promptStyles } from "./shell/key-prompt.js";
import { openModelPicker, pickerStyles } from "./shell/models.js";
import { openStatus, statusStyles } from "./shell/status.js";
import { openTabs, tabStyles } from "./shell/tabs.js";
import { openTray, trayStyles } from "./shell/tray.js";
import { html, render } from "./vendor/lit-html/lit-html.js";

const frame = css`
  :host {
    display: block;
    height: 680px;
    background: var(--paper);
  }
  .shell {
    display: block;
    position: relative;
    height: 100%;
    container: shell / inline-size;
  }
  .frame {
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) clamp(380px, 35cqw, 500px);
    gap: 0 16px;
    height: 100%;
    padding: 0 16px 16px;
  }
  .head {
    grid-column: 1 / -1;
    display: flex;
    align-items: center;
    gap: 12px 20px;
    min-height: 64px;
  }
  .head .actions {
    margin-left: auto;
  }
  .stage,
  .side {
    min-width: 0;
    min-height: 0;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    overflow: hidden;
  }
  .stage {
    display: flex;
    flex-direction: column;
    background: var(--map);
  }
  .side,
  .views {
    display: flex;
    flex-direction: column;
  }
  .views {
    flex: 1;
    min-height: 0;
  }
  .panel {
    flex: 1;
    min-height: 0;
    padding: 20px;
    overflow: auto;
    overscroll-behavior: contain;
  }
  /* Until there is a model, what there is to say stands in the middle. */
  .empty .stage > *,
  .empty .side > * {
    visibility: hidden;
  }
  .empty .status {
    position: absolute;
    inset: 0 16px;
    height: auto;
    max-height: 100dvh;
    align-content: center;
  }
  .frame.alone .stage,
  .frame.alone .side {
    grid-column: 1 / -1;
  }
  .frame.whole .stage {
    display: none;
  }
  .frame.whole .side {
    grid-column: 1 / -1;
  }
  @container shell (max-width: 760px) {
    .frame {
      display: block;
      height: auto;
      padding: 0 0 24px;
    }
    .head {
      flex-wrap: wrap;
      column-gap: 8px;
      padding: 8px 16px 12px;
      min-height: 0;
    }
    .head .models {
      order: 1;
      flex: 1 0 100%;
    }
    .stage {
      display: contents;
    }
    .side {
      border: 0;
      border-radius: 0;
      background: none;
      overflow: visible;
    }
    .panel {
      padding: 16px;
      overflow: visible;
    }
  }
`;

export const shellStyles = [
  frame,
  pickerStyles,
  tabStyles,
  statusStyles,
  promptStyles,
  actionStyles,
  trayStyles,
  cardStyles,
];

/**
 * Fill the shadow root.
 *
 * @param {ShadowRoot} root
 * @param {import("./explorer.js").Explorer} explorer
 * @param {{ map: boolean, views: import("./views/index.js").View[] }} chosen
 * @param {AbortSignal} signal
 */
export function openShell(root, explorer, { map, views }, signal) {
  const shell = document.createElement("div");
  shell.className = "shell";
  root.replaceChildren(shell);
  const alone = map && views.length > 0 ? "" : "alone";
  render(
    html`
      <div class="frame ${alone}" part="frame">
        <div class="head">
          <slot name="start"></slot>
          <div class="models"></div>
          <div class="actions"></div>
          <slot name="end"></slot>
        </div>
        <section class="stage" aria-label="Map of the latent space" ?hidden=${!map}></section>
        <section class="side" aria-label="Views" ?hidden=${views.length === 0}></section>
      </div>
      <div class="status"></div>
      <dialog class="card" aria-labelledby="card-title"></dialog>
    `,
    shell,
  );
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (shell.querySelector(`.${name}`));
  explorer.state.watch(["theme"], ({ theme }) => (shell.dataset.theme = theme), signal);
  explorer.state.watch(["model"], ({ model }) => shell.classList.toggle("empty", model === null), signal);
  openModelPicker(part("models"), explorer, signal);
  if (map) new LatentMap(part("stage"), explorer, signal);
  if (views.length) {
    const [tabs, tray] = [document.createElement("div"), document.createElement("section")];
    part("side").append(tabs, tray);
    tabs.className = "views";
    openTabs(tabs, part("frame"), explorer, views, signal);
    openTray(tray, explorer, signal);
  }
  openActions(part("actions"), explorer, signal);
  openCard(/** @type {HTMLDialogElement} */ (part("card")), explorer, signal);
  openStatus(part("status"), explorer, signal);
}
