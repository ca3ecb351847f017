// @ts-check
// The page `/`: its address holds the link. It remembers whether it was light or dark, and, as long as its tab is open,
// the key that its visitor has typed.

import "./element.js";
import { icons } from "./icons.js";
import { isStep } from "./link.js";
import { render } from "./vendor/lit-html/lit-html.js";
import { themeInForce } from "./theme.js";

const KEPT = "latentd-theme";
const KEY = `latentd-key ${new URL(".", location.href).href}`; // as the API page keeps it
const SETTLED = 250; // milliseconds: browsers refuse an address that changes all the time

const explorer = /** @type {import("./element.js").LatentExplorer} */ (document.querySelector("latent-explorer"));
const button = /** @type {HTMLButtonElement} */ (document.getElementById("theme"));

/** @param {string | null} theme */
function apply(theme) {
  if (theme) {
    explorer.setAttribute("theme", theme);
    document.documentElement.dataset.theme = theme;
  }
  render(themeInForce(theme) === "dark" ? icons.sun : icons.moon, button);
}

function switchTheme() {
  const theme = themeInForce(explorer.getAttribute("theme")) === "dark" ? "light" : "dark";
  localStorage.setItem(KEPT, theme);
  apply(theme);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let kept = location.hash;

function keepLink() {
  const { link } = explorer;
  if (isStep(kept, link)) {
    settle();
    history.pushState(null, "", `#${link}`);
  }
  kept = link;
  clearTimeout(timer);
  timer = setTimeout(settle, SETTLED);
}

/** The present entry of the history gets what was last kept. */
function settle() {
  clearTimeout(timer);
  history.replaceState(null, "", `#${kept}`);
}

function goBack() {
  clearTimeout(timer);
  kept = location.hash.slice(1);
  explorer.link = kept;
}

explorer.apiKey = sessionStorage.getItem(KEY);
explorer.addEventListener("keychange", () => sessionStorage.setItem(KEY, explorer.apiKey ?? ""));
explorer.link = location.hash || location.search;
explorer.addEventListener("linkchange", keepLink);
addEventListener("popstate", goBack);
for (const kind of ["dragover", "drop"]) {
  addEventListener(kind, (event) => event.preventDefault()); // a picture dropped beside its place leaves no page
}
button.addEventListener("click", switchTheme);
apply(localStorage.getItem(KEPT));
