// @ts-check
import { css } from "../sheet.js";

export const compareStyles = css`
  .compare {
    display: grid;
    gap: 14px;
  }
  .compare .words {
    display: grid;
    gap: 6px;
    max-width: 96ch;
  }
  .compare .words p {
    text-wrap: pretty;
  }
  .compare .subject {
    display: flex;
    flex-wrap: wrap;
    gap: 10px 20px;
    align-items: center;
  }
  .compare .subject > .row {
    font-size: 14px;
  }
  .compare .thumb {
    width: 56px;
  }
  .compare .subject label {
    display: flex;
    gap: 8px;
    align-items: center;
  }
  .compare .subject select,
  .compare .column select {
    min-height: 36px;
  }
  .columns {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 16px;
  }
  .column {
    display: grid;
    grid-template-rows: auto auto;
    align-content: start;
    gap: 10px;
    min-width: 0;
  }
  .column .who {
    display: flex;
    gap: 10px;
    align-items: center;
    min-height: 36px;
    padding: 0;
  }
  .column .body {
    display: grid;
    gap: 10px;
  }
  .frame.whole .column .stage {
    display: flex;
    height: clamp(320px, 44vh, 520px);
  }
  .column .result {
    display: grid;
    grid-template-columns: 72px minmax(0, 1fr);
    gap: 12px;
    align-items: center;
    min-height: 72px;
  }
  .column .said > * {
    display: block;
  }
  .column .said span {
    color: var(--quiet);
    font-size: 14px;
  }
  .column .told:empty {
    display: none;
  }
  @container shell (max-width: 760px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
      gap: 28px;
    }
    .frame.whole .column .stage {
      height: 360px;
      min-height: 0;
      border-width: 1px;
      border-radius: var(--radius);
    }
  }
`;
