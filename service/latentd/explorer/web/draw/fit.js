// @ts-check
// What is drawn, made to fit as MNIST's authors did it: scaled into a box, and centred by its mass (LeCun, Cortes &
// Burges, "The MNIST database of handwritten digits"). The service does the same to picture files with fit=center.

const BOX = 5 / 7; // of the picture's side: 20 pixels of 28

/**
 * Grey values from 0 to 1, row by row; what is drawn is high.
 *
 * @typedef {{ values: Float32Array, width: number, height: number }} Grey
 */

/**
 * @param {Grey} drawn
 * @param {number} width
 * @param {number} height
 * @returns {Float32Array | null} [height · width], or null where nothing is drawn
 */
export function fit(drawn, width, height) {
  const box = boundsOf(drawn);
  if (!box) return null;
  const scale = Math.min((width * BOX) / (box.right - box.left), (height * BOX) / (box.bottom - box.top));
  const [x, y] = centreOfMass(drawn);
  // MNIST's centre is a pixel boundary: the mean index of its own digits is half the side, not half a pixel less.
  const [across, down] = [(width + 1) / 2, (height + 1) / 2];
  const fitted = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const left = x + (column - across) / scale;
      const top = y + (row - down) / scale;
      fitted[row * width + column] = meanOf(drawn, left, top, 1 / scale);
    }
  }
  return fitted;
}

/** @param {Grey} drawn */
function boundsOf({ values, width, height }) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (values[row * width + column] < 1 / 16) continue;
      [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
    }
  }
  return left < right ? { left, top, right, bottom } : null;
}

/** @param {Grey} drawn */
function centreOfMass({ values, width, height }) {
  let [mass, x, y] = [0, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = values[row * width + column];
      mass += value;
      x += value * (column + 0.5);
      y += value * (row + 0.5);
    }
  }
  return [x / mass, y / mass];
}

/**
 * The mean of a square, whose pixels count as far as they lie in it; outside the picture there is nothing.
 *
 * @param {Grey} drawn
 * @param {number} left
 * @param {number} top
 * @param {number} side
 */
function meanOf({ values, width, height }, left, top, side) {
  let sum = 0;
  const [right, bottom] = [left + side, top + side];
  for (let row = Math.max(0, Math.floor(top)); row < Math.min(height, bottom); row++) {
    const share = Math.min(row + 1, bottom) - Math.max(row, top);
    for (let column = Math.max(0, Math.floor(left)); column < Math.min(width, right); column++) {
      sum += values[row * width + column] * share * (Math.min(column + 1, right) - Math.max(column, left));
    }
  }
  return sum / (side * side);
}
