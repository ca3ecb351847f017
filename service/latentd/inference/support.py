"""How near latents lie to real ones. numpy alone."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.records import LatentStatistics
from latentd.inference.arrays import ErrorArray, FloatArray

Values = NDArray[np.float64]

END_LEVEL = 0.001
"""What the smallest and the largest training latent count as, so that their scores are finite: ±3.1."""

FARTHEST = 1e4
"""A score: whatever lies further from real latents has no support at all."""

NEIGHBOURS = 256
"""Of so many held-out latents, evenly spaced among all, the nearest neighbours are looked for."""

TYPICAL = 0.95
"""The share of real latents whose nearest neighbour lies within one bandwidth."""

_COMPARED = 1_000_000  # distances that are in memory at once


class Support:
    """The nearness to held-out latents [M, L], each dimension measured in its training latents' normal scores.

    A normal score is where a value would lie if the training latents had a standard normal distribution (Blom 1958):
    the inverse normal CDF of its level in the quantile table, and past its ends as many standard deviations further.
    A dimension with a long tail is so no less finely told apart where most latents lie than one without.

    `bandwidth` is the 95th percentile of the distances between held-out latents and their nearest neighbours: the
    support of real data by other data is at least 0.61 for 95 % of it, in two dimensions as in many, where even
    neighbours are far apart.
    """

    def __init__(self, statistics: LatentStatistics, held_out: FloatArray) -> None:
        quantiles = np.array(statistics.quantiles)
        std = np.array(statistics.std)
        self._scale = np.where(std > 0, std, 1.0)  # a dimension that never changes has no unit of its own
        self._ends = quantiles[0], quantiles[-1]
        self._quantiles = quantiles.T
        levels = np.linspace(0, 1, len(quantiles)).clip(END_LEVEL, 1 - END_LEVEL)
        self._scores = np.array([NormalDist().inv_cdf(level) for level in levels])
        self._real = self._scaled(held_out)
        self._norms = np.square(self._real).sum(axis=1)
        self.bandwidth = self._neighbour_distance()

    def of(self, latents: FloatArray) -> ErrorArray:
        """The support [...] of latents [..., L]: exp(-d²/2h²) for the distance d to the nearest and the bandwidth h.

        It is 1 where a held-out latent lies and 0.61 a bandwidth away, and falls towards 0 far from all.
        """
        squared = self._nearest(self._scaled(latents).reshape(-1, self._real.shape[1]))
        support: ErrorArray = np.exp(-squared.astype(np.float64) / (2 * self.bandwidth**2))
        return support.reshape(latents.shape[:-1])

    def _neighbour_distance(self) -> float:
        """Further from their nearest neighbour lie only 5 % of the held-out latents. 1 where all are at one place."""
        rows = len(self._real)
        if rows == 1:
            return 1.0
        chosen = np.linspace(0, rows - 1, min(rows, NEIGHBOURS)).astype(np.intp)
        return sqrt(np.quantile(self._nearest(self._real[chosen], own=chosen), TYPICAL)) or 1.0

    def _nearest(self, points: FloatArray, own: NDArray[np.intp] | None = None) -> FloatArray:
        """The squared distance [N] of each scaled point to the nearest held-out latent, but for its `own` [N]."""
        step = max(1, _COMPARED // len(self._real))
        nearest: FloatArray = np.square(points).sum(axis=1)
        for first in range(0, len(points), step):
            part = slice(first, first + step)
            compared = self._norms - 2 * points[part] @ self._real.T
            if own is not None:
                compared[np.arange(len(compared)), own[part]] = np.inf
            nearest[part] += compared.min(axis=1)
        return nearest.clip(min=0)

    def _scaled(self, latents: FloatArray) -> FloatArray:
        """The normal scores of latents [..., L]; no further out than real ones ever are."""
        inside = np.clip(latents, *self._ends, dtype=np.float64)
        scores: Values = (latents - inside) / self._scale
        for dim, quantiles in enumerate(self._quantiles):
            scores[..., dim] += np.interp(inside[..., dim], quantiles, self._scores)
        return scores.clip(-FARTHEST, FARTHEST).astype(np.float32)
