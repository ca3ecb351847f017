// @ts-check
import { svg } from "./vendor/lit-html/lit-html.js";

const draw = (/** @type {string} */ path) =>
  svg`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${path} /></svg>`;

/** Drawn on 24 by 24, in one stroke of the text's colour. */
export const icons = {
  plus: draw("M12 5v14M5 12h14"),
  minus: draw("M5 12h14"),
  fit: draw("M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4"),
  undo: draw("M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3"),
  clear: draw("M5 7h14M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3"),
  dice: draw("M4 4h16v16H4zM8.5 8.5h.01M15.5 15.5h.01M15.5 8.5h.01M8.5 15.5h.01M12 12h.01"),
  file: draw("M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3M12 15V4M8 8l4-4 4 4"),
  play: draw("M8 5v14l11-7z"),
  pause: draw("M9 5v14M15 5v14"),
  swap: draw("M4 8h15l-4-4M20 16H5l4 4"),
  target: draw("M12 6a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM12 2v6M12 16v6M2 12h6M16 12h6"),
  sun: draw(
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",
  ),
  moon: draw("M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"),
  pin: draw("M9 4h6l-1 6 4 4H6l4-4-1-6zM12 14v6"),
  close: draw("M6 6l12 12M18 6 6 18"),
  info: draw("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.5h.01"),
  link: draw(
    "M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7L12 17.7",
  ),
  layers: draw("M12 3 3 8l9 5 9-5-9-5zM3 12.5l9 5 9-5M3 17l9 5 9-5"),
};
