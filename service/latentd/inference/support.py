"""How near latents lie to real ones. numpy alone."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.manifest import LatentStatistics
from latentd.inference.arrays import ErrorArray, FloatArray

Values = NDArray[np.float64]

FARTHEST = 1e4
"""In standard deviations: whatever lies further from real latents has no support at all."""

NEIGHBOURS = 256
"""Of so many held-out latents, evenly spaced among all, the nearest neighbours are looked for."""

TYPICAL = 0.95
"""The share of real latents whose nearest neighbour lies within one bandwidth."""

_COMPARED = 1_000_000  # distances that are in memory at once


class Support:
    """The nearness to held-out latents [M, L], in units of each dimension's standard deviation over the training set.

    `bandwidth` is the larger of two: Scott's M^(-1/(L+4)) (Scott 1992), the scale on which M points tell a density in L
    dimensions; and the 95th percentile of the distances between held-out latents and their nearest neighbours, for in
    many dimensions even neighbours are far apart, and Scott's would give real data no support.
    """

    def __init__(self, statistics: LatentStatistics, held_out: FloatArray) -> None:
        self._mean = np.array(statistics.mean)
        std = np.array(statistics.std)
        self._scale = np.where(std > 0, std, 1.0)  # a dimension that never changes has no unit of its own
        self._real = self._scaled(held_out)
        self._norms = np.square(self._real).sum(axis=1)
        rows, dims = self._real.shape
        self.bandwidth = max(rows ** (-1 / (dims + 4)), self._neighbour_distance())

    def of(self, latents: FloatArray) -> ErrorArray:
        """The support [...] of latents [..., L]: exp(-d²/2h²) for the distance d to the nearest and the bandwidth h.

        It is 1 where a held-out latent lies and 0.61 a bandwidth away, and falls towards 0 far from all.
        """
        squared = self._nearest(self._scaled(latents).reshape(-1, self._real.shape[1]))
        support: ErrorArray = np.exp(-squared.astype(np.float64) / (2 * self.bandwidth**2))
        return support.reshape(latents.shape[:-1])

    def _neighbour_distance(self) -> float:
        """Further from their nearest neighbour lie only 5 % of the held-out latents."""
        rows = len(self._real)
        if rows == 1:
            return 0.0
        chosen = np.linspace(0, rows - 1, min(rows, NEIGHBOURS)).astype(np.intp)
        return sqrt(np.quantile(self._nearest(self._real[chosen], own=chosen), TYPICAL))

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
        """Latents around the mean, in standard deviations; no further out than real ones ever are."""
        scaled: Values = (latents - self._mean) / self._scale
        return scaled.clip(-FARTHEST, FARTHEST).astype(np.float32)
