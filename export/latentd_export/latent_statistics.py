"""How the latents of the training rows lie: what grids, traversals and plausibility checks need to know."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.records import LatentStatistics
from latentd_export.datasets import Floats

ACTIVE_VARIANCE = 0.01
LEVELS = np.linspace(0, 1, 101)


def describe_latents(latents: Floats, *, has_prior: bool) -> LatentStatistics:
    """Statistics of the training latents [N, L], computed in float64.

    With a prior, a dimension is active when the variance of its posterior mean over the data exceeds 0.01
    (Burda, Grosse & Salakhutdinov 2015, arXiv:1509.00519, section 5); without one, every dimension is.
    """
    rows = latents.astype(np.float64)
    variance = rows.var(axis=0)
    return LatentStatistics(
        mean=_vector(rows.mean(axis=0)),
        std=_vector(rows.std(axis=0)),
        minimum=_vector(rows.min(axis=0)),
        maximum=_vector(rows.max(axis=0)),
        quantiles=_matrix(np.quantile(rows, LEVELS, axis=0)),
        covariance=_matrix(np.atleast_2d(np.cov(rows, rowvar=False, ddof=0))),
        active=tuple(bool(value > ACTIVE_VARIANCE) or not has_prior for value in variance),
    )


def _vector(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(map(float, values))


def _matrix(values: NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    return tuple(map(_vector, values))
