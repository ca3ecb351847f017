// @ts-check
import { css } from "../sheet.js";

export const compareStyles = css`
  .compare {
    display: grid;
    grid-template-rows: auto auto 1fr auto;
    gap: 10px;
    min-height: 100%;
  }
  .compare .top {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 24px;
    align-items: center;
    justify-content: space-between;
  }
  .compare .walked {
    color: var(--quiet);
    font-size: 13px;
    text-wrap: pretty;
  }
  .compare .subject {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    align-items: center;
  }
  .compare .subject > .row {
    font-size: 14px;
  }
  .compare .thumb {
    flex: none;
    width: 48px;
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
    grid-template: auto minmax(290px, 1fr) auto auto / auto minmax(0, 1fr);
    gap: 10px 16px;
    align-items: center;
    min-width: 0;
  }
  .column .body {
    display: contents;
  }
  .column .stage,
  .column .pictures,
  .column .told {
    grid-column: 1 / -1;
  }
  .column .who .small {
    display: block;
    margin-top: 4px;
    color: var(--quiet);
  }
  .frame.whole .column .stage {
    display: flex;
    height: 100%;
  }
  .column .foot {
    gap: 4px;
  }
  .column .class {
    gap: 4px;
    min-width: 0;
    padding: 0 4px;
  }
  .column .class.all:disabled {
    display: none;
  }
  .column .fader {
    width: 76px;
  }
  .column .loupe {
    left: -10px;
    width: 64px;
  }
  .column .result {
    display: grid;
    grid-template-columns: 60px minmax(0, 1fr);
    gap: 12px;
    align-items: center;
    min-height: 62px;
  }
  .column .said {
    font-size: 14px;
    line-height: 1.35;
  }
  .column .said > * {
    display: block;
  }
  .column .said span {
    color: var(--quiet);
  }
  .column .told:empty {
    display: none;
  }
  @container shell (max-width: 760px) {
    .column {
      grid-template-rows: auto;
    }
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
