// @ts-check
import { css } from "../sheet.js";

export const trayStyles = css`
  .tray {
    flex: none;
    display: grid;
    gap: 8px;
    padding: 10px 12px 10px 20px;
    border-top: 1px solid var(--line);
    background: var(--surface);
  }
  .tray > :empty {
    display: none;
  }
  .tray .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    align-items: center;
  }
  .tray .count {
    margin-right: auto;
    color: var(--quiet);
    font-size: 13px;
    font-weight: 600;
    white-space: nowrap;
  }
  .tray .bar .button {
    min-height: 32px;
    padding: 0 10px;
    font-size: 13px;
  }
  .tray .bar .button.icon {
    width: 32px;
    padding: 0;
  }
  .tray ul {
    display: flex;
    gap: 8px;
    margin: 0 -12px 0 -4px;
    padding: 4px 12px 4px 4px;
    overflow-x: auto;
    list-style: none;
  }
  .tray li {
    position: relative;
    flex: none;
  }
  .tray .pin {
    display: block;
    width: 60px;
    padding: 0;
    cursor: pointer;
  }
  .tray .pin:hover {
    border-color: var(--line-strong);
  }
  .tray .remove {
    position: absolute;
    inset: -4px -6px auto auto;
    display: grid;
    place-items: center;
    width: 24px;
    height: 24px;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: 50%;
    background: var(--raised);
    color: var(--quiet);
    cursor: pointer;
  }
  .tray .remove:hover {
    color: var(--ink);
    border-color: var(--line-strong);
  }
  .tray .remove svg {
    width: 12px;
    height: 12px;
    stroke: currentColor;
    stroke-width: 2.5;
    stroke-linecap: round;
  }
  @media (hover: hover) {
    .tray li:not(:hover, :focus-within) .remove {
      opacity: 0;
    }
  }
  @media (pointer: coarse) {
    .tray .bar .button,
    .tray .bar .button.icon {
      min-height: 44px;
      min-width: 44px;
    }
    .tray .pin {
      width: 76px;
    }
    .tray .remove {
      width: 30px;
      height: 30px;
    }
  }
  @container shell (min-width: 760px) {
    .frame.whole .tray {
      grid-template-columns: minmax(0, 1fr) auto;
      align-items: center;
      padding-block: 6px;
    }
    .frame.whole .tray .bar {
      grid-area: 1 / 2;
      gap: 6px;
    }
    .frame.whole .tray > :last-child {
      grid-area: 1 / 1;
    }
    .frame.whole .tray .bar:has(+ :empty) {
      grid-column: 1 / -1;
    }
    .frame.whole .tray .count {
      margin-right: 12px;
    }
    .frame.whole .tray .bar:has(+ :empty) .count {
      margin-right: auto;
    }
    .frame.whole .tray .pin {
      width: 44px;
    }
  }
  @container shell (max-width: 760px) {
    .tray {
      padding: 10px 12px;
      border-bottom: 1px solid var(--line);
    }
    .tray .bar .button {
      padding: 0 8px;
    }
    .tray .bar .keep svg {
      display: none;
    }
  }
`;
