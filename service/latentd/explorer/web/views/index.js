// @ts-check
// Every view. A new one is a module beside this, and a line in VIEWS.

import { adjustView } from "./adjust.js";
import { compareView } from "./compare.js";
import { decodeView } from "./decode.js";
import { drawView } from "./draw.js";
import { interpolateView } from "./interpolate.js";
import { footStyles } from "../map/foot.js";
import { mapStyles } from "../map/styles.js";
import { sampleView } from "./sample.js";

/**
 * What a view is. `open` fills the host and listens; all that it starts ends with the signal (`state.watch`,
 * `addEventListener` and `fetch` take one), after which the host is emptied. A view is opened when its tab is chosen.
 *
 * @typedef {object} View
 * @property {string} id what the attribute `views` and links call it
 * @property {string} title what its tab says
 * @property {"panel" | "whole"} place beside the map, or in the place of map and panel
 * @property {(model: import("../model.js").Model) => boolean} [suits] can it show this model? Else its tab is off
 * @property {CSSStyleSheet | CSSStyleSheet[]} [styles]
 * @property {(host: HTMLElement, explorer: import("../explorer.js").Explorer, signal: AbortSignal) => void} open
 */

/** The map is no tab: it stays beside the views, unless the attribute leaves it out. */
export const MAP = "map";

/** @type {View[]} */
export const VIEWS = [decodeView, drawView, adjustView, interpolateView, sampleView, compareView];

export const viewStyles = [mapStyles, footStyles, ...VIEWS.flatMap(({ styles }) => styles ?? [])];

/**
 * @param {string | null} ids as in the attribute; without them all
 * @returns {{ map: boolean, views: View[] }}
 */
export function chosenViews(ids) {
  const named = ids?.split(/\s+/).filter(Boolean);
  if (!named?.length) return { map: true, views: VIEWS };
  return { map: named.includes(MAP), views: VIEWS.filter(({ id }) => named.includes(id)) };
}
