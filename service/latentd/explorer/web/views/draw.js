// @ts-check
import { isGrey } from "../model.js";

/** @type {import("./index.js").View} */
export const drawView = {
  id: "draw",
  title: "Draw",
  place: "panel",
  suits: isGrey,
  open(host) {
    host.textContent = "…";
  },
};
