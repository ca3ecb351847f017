// @ts-check
import { css } from "../sheet.js";

export const styles = css`
  .draw {
    display: grid;
    gap: 12px;
  }
  .board {
    display: grid;
    grid-template-columns: minmax(0, 1fr) max-content;
    gap: 12px;
  }
  .paper {
    max-width: clamp(180px, 28vh, 280px); /* so that what is said of the drawing is seen with it */
    border: 1px solid var(--line);
    border-radius: 14px;
    background: light-dark(#fff, #000);
    overflow: hidden;
  }
  .draw.over .paper {
    border-color: var(--accent);
    box-shadow: 0 0 0 3px var(--accent-soft);
  }
  .paper:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .pad {
    display: block;
    width: 100%;
    aspect-ratio: 1;
    outline: none;
    touch-action: none;
    cursor: crosshair;
  }
  .drawing-tools {
    display: flex;
    flex-flow: column;
    gap: 8px;
    align-items: stretch;
  }
  .drawing-tools .button {
    justify-content: flex-start;
  }
  .origin {
    margin-bottom: -8px;
  }
  .origin::first-letter {
    text-transform: uppercase;
  }
  .trio {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 10px;
  }
  .trio figcaption {
    margin-top: 6px;
    color: var(--quiet);
    font-size: 13px;
    text-align: center;
  }
  .trio .off {
    background: light-dark(#fff, #000);
  }
  .lost,
  .added {
    font-weight: 600;
    text-decoration: underline 3px;
    text-underline-offset: 3px;
  }
  .lost {
    text-decoration-color: #e07008;
  }
  .added {
    text-decoration-color: #267ad8;
  }
  .results {
    display: grid;
    gap: 16px;
  }
  .verdict {
    display: grid;
    gap: 6px;
  }
  .verdict .short {
    font-weight: 600;
  }
  meter {
    width: 100%;
    height: 10px;
    border: 0;
    border-radius: 5px;
    background: var(--well);
    overflow: hidden;
  }
  meter::-webkit-meter-bar {
    height: 10px;
    border: 0;
    border-radius: 5px;
    background: var(--well);
  }
  meter::-webkit-meter-optimum-value {
    border-radius: 5px;
    background: var(--accent);
  }
  meter::-moz-meter-bar {
    background: var(--accent);
  }
  @container shell (max-width: 760px) {
    .board {
      grid-template-columns: minmax(0, 1fr);
    }
    .paper {
      width: min(100%, 40vh);
      max-width: 280px;
      margin: auto;
    }
    .drawing-tools {
      flex-flow: row wrap;
    }
  }
`;
