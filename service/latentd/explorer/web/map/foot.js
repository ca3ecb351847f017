// @ts-check
import { css } from "../sheet.js";

/** The bar below the map: its legend and its tools. */
export const footStyles = css`
  .foot {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    align-items: center;
    justify-content: space-between;
    padding: 8px 10px;
    border-top: 1px solid var(--line);
    background: var(--surface);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 1px;
    min-width: 0;
  }
  .class {
    display: inline-flex;
    gap: 6px;
    align-items: center;
    min-height: 34px;
    padding: 0 8px;
    border: 0;
    border-radius: 9px;
    background: none;
    font-size: 14px;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    cursor: pointer;
  }
  .class:hover {
    background: var(--well);
  }
  .class svg {
    flex: none;
    width: 11px;
    height: 11px;
  }
  .class svg circle {
    stroke-width: 1.5;
  }
  .class[aria-pressed="false"] {
    color: var(--quiet);
    font-weight: 450;
    text-decoration: line-through;
  }
  .class[aria-pressed="false"] svg circle {
    fill: none;
  }
  .class.all {
    color: var(--accent);
  }
  .class.all:disabled {
    visibility: hidden; /* it keeps its place: nothing moves when it comes */
  }
  .tools {
    display: flex;
    gap: 10px;
    align-items: center;
    margin-left: auto;
  }
  .zoom {
    display: flex;
  }
  .zoom .button {
    border-radius: 0;
  }
  .zoom .button + .button {
    margin-left: -1px;
  }
  .zoom .button:hover,
  .zoom .button:focus-visible {
    z-index: 1;
  }
  .zoom .button:first-child {
    border-radius: 10px 0 0 10px;
  }
  .zoom .button:last-child {
    border-radius: 0 10px 10px 0;
  }
  .fader {
    display: flex;
    gap: 8px;
    align-items: center;
    width: 120px;
  }
  .fader svg {
    flex: none;
    width: 18px;
    height: 18px;
    fill: none;
    stroke: var(--quiet);
    stroke-width: 1.75;
    stroke-linejoin: round;
  }
  @container shell (max-width: 760px) {
    .foot {
      gap: 6px;
      padding: 6px 8px;
    }
    .legend {
      flex: 1 0 100%;
    }
    .class {
      flex: 1 1 0;
      gap: 4px;
      justify-content: center;
      min-width: 30px;
      min-height: 40px;
      padding: 0 4px;
    }
    .tools {
      flex: 1;
      justify-content: space-between;
    }
    .fader {
      flex: 0 1 180px;
      padding-left: 8px;
    }
  }
`;
