// @ts-check
import { css } from "../sheet.js";

export const adjustStyles = css`
  .adjust {
    display: grid;
    gap: 16px;
  }
  .adjust .lead strong {
    color: var(--ink);
    font-weight: 600;
  }
  .adjust .small {
    font-size: 13px;
  }
  .adjust .controls {
    display: grid;
    gap: 12px;
  }
  .adjust .controls > .row {
    gap: 6px;
  }
  .adjust .controls > .row .button {
    padding: 0 9px;
  }
  .three {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 10px;
    max-width: 460px;
  }
  .three figcaption {
    margin-top: 5px;
    color: var(--quiet);
    font-size: 13px;
    text-align: center;
  }
  .three .adjusted {
    outline: 2px solid var(--accent);
    outline-offset: -1px;
  }
  .absent {
    display: grid;
    place-items: center;
    color: var(--quiet);
    font-size: 13px;
    aspect-ratio: 1;
    border: 1px dashed var(--line-strong);
    border-radius: 10px;
  }
`;
