// @ts-check
// Colours, type and controls that all views share. A page themes the element through --latent-explorer-* properties.

import { css } from "./sheet.js";

/**
 * Which theme is in force.
 *
 * @param {string | null} asked the attribute: `light`, `dark`, or else the system's
 * @returns {"light" | "dark"}
 */
export function themeInForce(asked) {
  if (asked === "light" || asked === "dark") return asked;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export const theme = css`
  :host {
    color-scheme: light dark;
    --paper: var(--latent-explorer-background, light-dark(#f4f2ee, #0d0f13));
    --surface: var(--latent-explorer-surface, light-dark(#fffefc, #161920));
    --raised: var(--latent-explorer-raised, light-dark(#ffffff, #1e222b));
    --well: var(--latent-explorer-well, light-dark(#efede8, #0f1217));
    --map: var(--latent-explorer-map, light-dark(#fbfaf8, #12151a));
    --ink: var(--latent-explorer-ink, light-dark(#1c1f26, #e9ebf0));
    --quiet: var(--latent-explorer-quiet, light-dark(#5d6370, #a0a7b5));
    --line: var(--latent-explorer-line, light-dark(#e0dcd4, #2a2f3a));
    --line-strong: light-dark(#8a8d96, #6b7384);
    --accent: var(--latent-explorer-accent, light-dark(#3a45c4, #a5adff));
    --on-accent: var(--latent-explorer-on-accent, light-dark(#ffffff, #12141f));
    --accent-soft: light-dark(#e8e9fb, #262a45);
    --warm: light-dark(#a84a00, #ffb066);
    --radius: var(--latent-explorer-radius, 14px);
    --shadow: 0 1px 2px light-dark(#1c1f2612, #0006), 0 8px 24px light-dark(#1c1f2614, #0007);
    --font: var(
      --latent-explorer-font,
      system-ui,
      -apple-system,
      "Segoe UI",
      Roboto,
      "Helvetica Neue",
      Arial,
      sans-serif
    );
    --figures: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
  }
  /* What a page sets on its body, or on everything, is inherited into shadow trees too: it ends here. */
  .shell {
    all: initial;
    color-scheme: inherit;
    visibility: inherit;
    font: 15px/1.5 var(--font);
    color: var(--ink);
    -webkit-text-size-adjust: 100%;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  :host([hidden]) {
    display: none !important;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  h2,
  h3,
  p,
  dl,
  dd,
  figure {
    margin: 0;
  }
  h2 {
    font-size: 21px;
    line-height: 1.25;
    font-weight: 650;
    letter-spacing: -0.015em;
    text-wrap: balance;
  }
  h3 {
    font-size: 13px;
    font-weight: 600;
    color: var(--quiet);
  }
  .lead {
    color: var(--quiet);
    text-wrap: pretty;
  }
  .words {
    display: grid;
    gap: 6px;
  }
  .figures {
    font-family: var(--figures);
    font-size: 13px;
    font-variant-numeric: tabular-nums;
  }
  a {
    color: var(--accent);
    text-underline-offset: 3px;
    text-decoration-thickness: 1px;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  button,
  select {
    font: inherit;
    color: inherit;
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-height: 36px;
    padding: 0 14px;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--raised);
    font-size: 14px;
    font-weight: 550;
    cursor: pointer;
    white-space: nowrap;
  }
  .button:hover {
    border-color: var(--line-strong);
  }
  .button:active {
    background: var(--well);
  }
  .button[aria-pressed="true"],
  .button.primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }
  .button:disabled {
    opacity: 0.45;
    cursor: default;
  }
  .button.icon {
    width: 36px;
    padding: 0;
  }
  .button svg {
    flex: none;
    width: 18px;
    height: 18px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  select {
    min-height: 32px;
    padding: 0 8px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--raised);
    font-size: 13px;
  }
  input[type="range"] {
    width: 100%;
    height: 24px;
    margin: 0;
    background: transparent;
    accent-color: var(--accent);
    cursor: pointer;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }

  /* Pictures: white on black as they are, by day inverted to ink on paper. */
  .picture {
    display: block;
    width: 100%;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: light-dark(#fff, #000);
    overflow: hidden;
  }
  .picture canvas {
    display: block;
    width: 100%;
    image-rendering: pixelated;
  }
  canvas.grey {
    filter: invert(var(--by-day));
  }
  .shell {
    --by-day: 0;
  }
  .shell[data-theme="light"] {
    --by-day: 1;
  }

  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (pointer: coarse) {
    .button {
      min-height: 44px;
    }
    .button.icon {
      width: 44px;
    }
    select {
      min-height: 40px;
    }
  }
`;
