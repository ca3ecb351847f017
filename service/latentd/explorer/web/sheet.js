// @ts-check
// Styles as constructed sheets: they need no <style> and no request, so that they pass a strict Content-Security-Policy,
// that of an embedding page too.

/**
 * A style sheet from a template string.
 *
 * @param {TemplateStringsArray} strings
 * @param {...(string | number)} values
 * @returns {CSSStyleSheet}
 */
export function css(strings, ...values) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(String.raw({ raw: strings }, ...values));
  return sheet;
}
