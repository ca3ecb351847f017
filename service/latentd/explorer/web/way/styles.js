// @ts-check
import { css } from "../sheet.js";

export const wayStyles = css`
  .interpolate {
    display: grid;
    gap: 14px;
  }
  .interpolate .stage-picture {
    display: grid;
    grid-template-columns: minmax(0, 168px) minmax(0, 1fr);
    gap: 14px;
    align-items: center;
  }
  .interpolate .play {
    display: grid;
    gap: 8px;
  }
  .interpolate .play .figures {
    color: var(--quiet);
  }
  .options {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 14px;
    align-items: center;
    font-size: 14px;
  }
  .options label {
    display: flex;
    gap: 8px;
    align-items: center;
  }
  .small {
    font-size: 13px;
  }
`;
