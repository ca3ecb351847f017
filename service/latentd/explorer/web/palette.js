// @ts-check
// A colour for each class. Ten that protanopes and deuteranopes tell apart too (after Tol's muted scheme; least distance in
// OKLab as they see them 0.09, Machado et al. 2009), of the same hues by day and by night, each with a contrast of at least
// 3:1 to the map. Names on the map and on the points are the second cue.

const TEN = {
  light: "#3747c8 #c47f19 #058d6a #ec4989 #245604 #781c8e #3a8fd0 #736912 #96335b #521e0a".split(" "),
  dark: "#9787fd #f19d22 #69f4e4 #fe828e #548f2c #e79df1 #428ebb #f5ef2d #d1558a #ffd198".split(" "),
};

/**
 * The colours of `count` classes. Past ten they come from one wheel, and names have to help.
 *
 * @param {number} count
 * @param {"light" | "dark"} theme
 * @returns {string[]}
 */
export function classColours(count, theme) {
  if (count <= TEN[theme].length) return TEN[theme].slice(0, count);
  const lightness = theme === "light" ? 42 : 68;
  return Array.from({ length: count }, (_, place) => `hsl(${Math.round((360 * place) / count)} 60% ${lightness}%)`);
}
