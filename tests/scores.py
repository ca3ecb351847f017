"""Normal scores of latents, one value at a time: where each would lie if real ones were normally distributed."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray


def score_of(value: float, quantiles: NDArray[Any], std: float) -> float:
    """The score of one latent, given the 101 quantiles and the standard deviation of its dimension."""
    lowest, highest = quantiles[0], quantiles[-1]
    inside = min(max(value, lowest), highest)
    levels = [min(max(number / 100, 0.001), 0.999) for number in range(101)]
    scores = [NormalDist().inv_cdf(level) for level in levels]
    return float(np.interp(inside, quantiles, scores) + (value - inside) / (std or 1))


def normal_scores(latents: NDArray[Any], statistics: Mapping[str, Any]) -> NDArray[np.float64]:
    """The scores [..., L] of latents [..., L], given the manifest's latent_statistics."""
    quantiles, std = np.array(statistics["quantiles"], np.float64), statistics["std"]
    flat = np.asarray(latents, np.float64).reshape(-1, len(std))
    scores = [[score_of(value, quantiles[:, dim], std[dim]) for dim, value in enumerate(row)] for row in flat]
    return np.array(scores).reshape(np.shape(latents))


def nearest_neighbours(points: NDArray[Any]) -> NDArray[np.float64]:
    """How far each of the points [M, L] lies from the nearest other one."""
    between = np.sqrt(np.square(points[:, None] - points).sum(axis=-1)) + np.diag([np.inf] * len(points))
    distances: NDArray[np.float64] = between.min(axis=1)
    return distances
