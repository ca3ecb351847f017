"""The background of a picture: a smooth surface of light, which what is drawn on it does not disturb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Levels = NDArray[np.float32]
Floats = NDArray[np.float64]

_POWERS = ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2))  # of the row and of the column, in each term of the surface
_SAMPLES = 5_000  # pixels tell six coefficients well enough
_QUANTILE = 0.25  # what is drawn may cover less than three quarters
_STEEPEST = 128  # grey levels from end to end
_FLAT_SHARE = 0.05
_ROUNDS = 20
_SETTLED = 1e-3  # grey levels
_ROUNDING = 0.5  # grey levels
_NOTHING = 1e-3  # grey levels
_NORMAL_MAD = 1.4826  # standard deviations in the median absolute deviation of a normal distribution


class Background:
    """A surface of the second degree in rows and columns, which slopes and vignettes are both near to.

    `noise` is the standard deviation of pixels around it, in grey levels.
    """

    def __init__(self, coefficients: Floats, noise: float) -> None:
        self.noise = noise
        self._square = np.zeros((3, 3))
        self._square[tuple(zip(*_POWERS, strict=True))] = coefficients

    @classmethod
    def behind(cls, pixels: Pixels) -> Self:
        """Fit it to a grey picture [H, W] on which something lighter is drawn.

        By quantile regression (Koenker & Bassett 1978), to which it does not matter how light that is, and then by
        least squares on those pixels that turn out to be background. Where these are all alike, so is the surface.
        """
        sample = _Sample(pixels)
        rough = _settle(sample.nearer_quantile, sample.least_squares())
        smooth = _settle(sample.nearer_background, rough)
        found = sample.flat() if sample.is_followed_by(smooth) else smooth
        return cls(found, sample.noise(found))

    def at(self, rows: Floats, cols: Floats) -> Levels:
        """Its grey levels [H, W] at `rows` [H] and `cols` [W], which go from -1 to 1 over the whole picture."""
        surface = np.polynomial.polynomial.polygrid2d(rows, cols, self._square)
        return surface.clip(min=0).astype(np.float32)


def places(start: int, stop: int, size: int, step: int = 1) -> Floats:
    """Where the pixels from `start` to `stop` lie, `step` of them as one: their middles, from -1 to 1 over `size`."""
    count = -(-(stop - start) // step)
    return (2 * start + step * (2 * np.arange(count) + 1)) / size - 1


def noise_in(above: NDArray[np.floating[Any]], levels: NDArray[Any]) -> float:
    """The standard deviation of the background's noise, given how far `levels` lie `above` the background.

    What is darker than that tells it, for nothing is drawn there; but not what is black, which may have been darker
    still.
    """
    darker = above[(above <= _NOTHING) & (levels > 0)]
    return _NORMAL_MAD * float(np.median(np.abs(darker.clip(max=0)))) if darker.size else 0.0


class _Sample:
    """Some pixels of a picture, evenly spaced: their grey levels [n], and the terms [n, 6] of the surface there."""

    def __init__(self, pixels: Pixels) -> None:
        step = int(np.ceil(np.sqrt(pixels.size / _SAMPLES)))
        rows, cols = (places(0, size, size)[::step] for size in pixels.shape)
        self._terms = np.stack([np.outer(rows**down, cols**across).ravel() for down, across in _POWERS], axis=1)
        self._levels = pixels[::step, ::step].astype(np.float64).ravel()

    def noise(self, coefficients: Floats) -> float:
        return noise_in(self._above(coefficients), self._levels)

    def least_squares(self, weights: Floats | float = 1.0) -> Floats:
        weighted = self._terms.T * weights
        return np.linalg.lstsq(weighted @ self._terms, weighted @ self._levels)[0].astype(np.float64)

    def nearer_quantile(self, coefficients: Floats) -> Floats:
        """With weights that make of squared distances those that quantile regression adds up."""
        above = self._levels - self._terms @ coefficients
        slopes = np.where(above > 0, _QUANTILE, 1 - _QUANTILE)
        return self.least_squares(slopes / np.maximum(np.abs(above), _ROUNDING))

    def nearer_background(self, coefficients: Floats) -> Floats:
        """Without what is drawn, and without what would have been darker than black."""
        is_near = np.abs(self._above(coefficients)) <= 3 * self.noise(coefficients) + _ROUNDING
        is_seen = (self._levels > 0) | (self._terms @ coefficients > -_ROUNDING)
        return self.least_squares((is_near & is_seen).astype(np.float64))

    def is_followed_by(self, coefficients: Floats) -> bool:
        """Is the surface what is drawn, such as a 1 that fills a narrow picture?

        Then it rises further than light does, and little stands out of it; and the true background is one level, which
        no photograph has so often.
        """
        rise = np.ptp((self._terms @ coefficients).clip(min=0))
        darkest = self._levels == self._levels.min()
        return bool(rise > max(_STEEPEST, self._above(coefficients).max()) and darkest.mean() > _FLAT_SHARE)

    def flat(self) -> Floats:
        """The surface on the darkest level."""
        return np.array([self._levels.min(), 0, 0, 0, 0, 0])

    def _above(self, coefficients: Floats) -> Floats:
        above: Floats = self._levels - (self._terms @ coefficients).clip(min=0)
        return above


def _settle(improve: Callable[[Floats], Floats], coefficients: Floats) -> Floats:
    for _ in range(_ROUNDS):
        before, coefficients = coefficients, improve(coefficients)
        if np.abs(coefficients - before).max() < _SETTLED:
            break
    return coefficients
