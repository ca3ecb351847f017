"""Which latents the card's grid and traversals show; the service's own grid follows the same rules."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.records import LatentStatistics

LOW, HIGH = 0.05, 0.95


def axis_values(statistics: LatentStatistics, dim: int, steps: int, *, has_prior: bool) -> NDArray[np.float64]:
    """`steps` latent values of one dimension at evenly spaced levels from 0.05 to 0.95, ascending.

    With a prior, through its inverse cumulative distribution (Kingma & Welling 2013, figure 4); without one, through
    the quantile table of the training latents.
    """
    levels = np.linspace(LOW, HIGH, steps)
    if has_prior:
        return np.array([NormalDist().inv_cdf(level) for level in levels])
    table = np.array(statistics.quantiles)[:, dim]
    return np.asarray(np.interp(levels, np.linspace(0, 1, len(table)), table), dtype=np.float64)


def base_latent(statistics: LatentStatistics, *, has_prior: bool) -> NDArray[np.float64]:
    """Where the dimensions that are not varied stand: the prior's mean, or the median of the training latents."""
    return np.zeros(len(statistics.mean)) if has_prior else np.array(statistics.quantiles[50])


def dims_by_variance(statistics: LatentStatistics) -> list[int]:
    """All dimensions, that of the largest standard deviation over the training rows first."""
    widest_first: list[int] = np.argsort(np.negative(statistics.std), kind="stable").tolist()
    return widest_first


def widest_dims(statistics: LatentStatistics, count: int) -> list[int]:
    """The `count` dimensions of largest standard deviation over the training rows, in their natural order."""
    return sorted(dims_by_variance(statistics)[:count])


def grid_latents(statistics: LatentStatistics, side: int, *, has_prior: bool) -> NDArray[np.float64]:
    """Latents [side, side, L] over the two widest dimensions: the first grows to the right, the second upwards.

    With a single dimension the grid is one row [1, side, 1].
    """
    dims = widest_dims(statistics, 2)
    rows = side if len(dims) == 2 else 1
    latents = np.tile(base_latent(statistics, has_prior=has_prior), (rows, side, 1))
    latents[:, :, dims[0]] = axis_values(statistics, dims[0], side, has_prior=has_prior)
    if rows > 1:
        latents[:, :, dims[1]] = axis_values(statistics, dims[1], side, has_prior=has_prior)[::-1, np.newaxis]
    return latents


def traversal_latents(statistics: LatentStatistics, dim: int, steps: int, *, has_prior: bool) -> NDArray[np.float64]:
    """Latents [steps, L]: dimension `dim` over its axis, the others at the base."""
    latents = np.tile(base_latent(statistics, has_prior=has_prior), (steps, 1))
    latents[:, dim] = axis_values(statistics, dim, steps, has_prior=has_prior)
    return latents
