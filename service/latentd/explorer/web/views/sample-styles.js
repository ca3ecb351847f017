// @ts-check
import { css } from "../sheet.js";

export const sampleStyles = css`
  .sample {
    display: grid;
    gap: 16px;
  }
  .sample .lead {
    margin-top: 6px;
  }
  .sample .ask {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 12px;
    align-items: center;
  }
  .sample label {
    display: flex;
    gap: 8px;
    align-items: center;
    color: var(--quiet);
    font-size: 13px;
  }
  .sample input {
    width: 92px;
    min-height: 36px;
    padding: 0 10px;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--raised);
    color: var(--ink);
    font: 13px var(--figures);
  }
  .sample input:user-invalid {
    border-color: var(--warm);
  }
  .sample select {
    min-height: 36px;
    border-radius: 10px;
  }
  .sample .source {
    padding: 2px 10px;
    border-radius: 99px;
    background: var(--accent-soft);
    color: var(--ink);
    font-size: 13px;
    font-weight: 550;
  }
  .sample .sheet {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(84px, 1fr));
    gap: 8px;
  }
  .sample .drawn {
    position: relative;
  }
  .sample .drawn .picture {
    padding: 0;
    cursor: pointer;
  }
  .sample .drawn:hover .picture,
  .sample .drawn:focus-within .picture {
    border-color: var(--accent);
  }
  .sample .keep {
    position: absolute;
    top: 4px;
    right: 4px;
    display: grid;
    place-items: center;
    width: 28px;
    height: 28px;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--raised);
    color: var(--quiet);
    cursor: pointer;
  }
  .sample .keep:hover {
    border-color: var(--line-strong);
    color: var(--ink);
  }
  .sample .keep[aria-pressed="true"] {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }
  .sample .keep svg {
    width: 16px;
    height: 16px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .sample .keep[aria-pressed="true"] svg {
    fill: currentColor;
  }
  @media (hover: hover) {
    .sample .drawn:not(:hover, :focus-within) .keep[aria-pressed="false"] {
      opacity: 0;
    }
  }
  @media (pointer: coarse) {
    .sample input,
    .sample select {
      min-height: 44px;
    }
    .sample .keep {
      width: 36px;
      height: 36px;
    }
  }
`;
