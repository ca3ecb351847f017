// @ts-check
import { css } from "../sheet.js";

export const mapStyles = css`
  .map {
    position: relative;
    flex: 1;
    min-height: 0;
    overflow: hidden;
    isolation: isolate;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
    cursor: grab;
  }
  .map:active {
    cursor: grabbing;
  }
  .map.picking {
    cursor: crosshair;
  }
  .map > canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    pointer-events: none;
  }
  /* What is drawn on it takes its colours from these (lookOf in marks.js). */
  .marks {
    color: var(--ink);
    caret-color: var(--quiet);
    text-decoration-color: var(--map);
    outline-color: var(--accent);
    column-rule-color: var(--warm);
  }

  .handle {
    position: absolute;
    inset: -22px auto auto -22px;
    width: 44px;
    height: 44px;
    z-index: 2;
    border-radius: 50%;
    cursor: move;
    outline: none;
    touch-action: none;
  }
  .handle .knob {
    position: absolute;
    inset: 11px;
    border: 3px solid var(--accent);
    border-radius: 50%;
    background: radial-gradient(circle, var(--accent) 0 2.5px, light-dark(#fffc, #000a) 3.5px);
    box-shadow:
      0 0 0 2px var(--map),
      0 2px 10px #0005;
  }
  .handle:focus-visible .knob {
    outline: 3px solid var(--ink);
    outline-offset: 4px;
  }
  .loupe {
    position: absolute;
    bottom: 46px;
    left: -26px;
    width: 96px;
    padding: 4px;
    border-radius: 14px;
    background: var(--raised);
    box-shadow:
      0 0 0 1px var(--line),
      var(--shadow);
    transform: translateX(var(--shift, 0));
    pointer-events: none;
  }
  .loupe canvas {
    display: block;
    width: 100%;
    border-radius: 10px;
    image-rendering: pixelated;
  }
  .handle.below .loupe {
    top: 46px;
    bottom: auto;
  }

  .found {
    position: absolute;
    inset: 0 auto auto 0;
    z-index: 3;
    display: flex;
    gap: 10px;
    align-items: center;
    width: max-content;
    max-width: 230px;
    padding: 6px 12px 6px 6px;
    border-radius: 12px;
    background: var(--raised);
    box-shadow:
      0 0 0 1px var(--line),
      var(--shadow);
    font-size: 13px;
    line-height: 1.35;
    pointer-events: none;
  }
  .found canvas {
    flex: none;
    width: 52px;
    border-radius: 8px;
    image-rendering: pixelated;
  }
  .found strong,
  .found span {
    display: block;
  }
  .found span {
    color: var(--quiet);
  }

  .dims {
    position: absolute;
    top: 12px;
    right: 12px;
    z-index: 1;
    display: flex;
    gap: 12px;
    padding: 6px 8px 6px 12px;
    border: 1px solid var(--line);
    border-radius: 12px;
    background: var(--raised);
    font-size: 13px;
    color: var(--quiet);
    cursor: default;
  }
  .dims label {
    display: flex;
    gap: 6px;
    align-items: center;
  }
  .prompt {
    position: absolute;
    inset: 12px auto auto 50%;
    z-index: 3;
    width: max-content;
    max-width: calc(100% - 24px);
    padding: 8px 14px;
    border-radius: 10px;
    background: var(--accent);
    color: var(--on-accent);
    font-size: 14px;
    font-weight: 550;
    text-align: center;
    text-wrap: balance;
    transform: translateX(-50%);
  }
  @media (pointer: coarse) {
    .loupe {
      bottom: 58px; /* clear of the finger */
    }
  }
  /* On a phone the map stays in sight while the views scroll below it. */
  @container shell (max-width: 760px) {
    .map {
      position: sticky;
      top: 0;
      z-index: 4;
      height: clamp(280px, 44vh, 104cqw);
      border-block: 1px solid var(--line);
      background: var(--map);
    }
    .loupe {
      left: -20px;
      width: 84px;
    }
  }
`;
