// @ts-check

/**
 * What a percentile says of how well the model knows something, in words.
 *
 * @param {number} percentile 0 to 100
 * @param {string} what such as `digit`
 * @returns {{ short: string, long: string }}
 */
export function unusualness(percentile, what) {
  const share = `${Math.min(99.9, percentile) >= 99.5 ? "more than 99" : Math.round(percentile)}\u00a0%`;
  const long = `Its reconstruction is further off than that of ${share} of the held-out ${what}s.`;
  if (percentile < 50) return { short: "As usual as they come", long };
  if (percentile < 90) return { short: "A little unusual", long };
  if (percentile < 99) return { short: "Unusual", long };
  return { short: "Very unusual", long };
}
