// @ts-check

// Acklam's rational approximation; its relative error is below 1.2e-9.
const A = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
];
const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
const C = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
const TAIL = 0.02425;

/**
 * The value below which a share of the standard normal distribution lies: the inverse of its CDF.
 *
 * @param {number} share between 0 and 1
 * @returns {number}
 */
export function normalQuantile(share) {
  if (share > 0.5) return -normalQuantile(1 - share);
  if (share < TAIL) {
    const far = Math.sqrt(-2 * Math.log(share));
    return polynomial(C, far) / polynomial(D, far);
  }
  const off = share - 0.5;
  return (polynomial(A, off * off) * off) / polynomial(B, off * off);
}

/**
 * @param {number[]} coefficients that of the highest power first
 * @param {number} x
 */
function polynomial(coefficients, x) {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
