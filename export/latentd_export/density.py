"""A density fitted to the training latents, for models that have no prior to draw from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import mixture

from latentd.bundle.records import GaussianMixture
from latentd_export.datasets import Floats

FITTED_ROWS = 20_000


def fit_density(latents: Floats, components: int, seed: int) -> GaussianMixture:
    """A mixture of full-covariance Gaussians fitted by expectation maximization to latents [N, L].

    At most 20,000 rows, drawn with `seed`, are used: more change the fit by less than another seed does.
    """
    rows = latents
    if len(rows) > FITTED_ROWS:
        rows = rows[np.random.default_rng(seed).choice(len(rows), FITTED_ROWS, replace=False)]
    fitted = mixture.GaussianMixture(
        n_components=min(components, len(rows)),
        covariance_type="full",
        random_state=seed % 2**32,
        reg_covar=1e-6,
        max_iter=200,
    ).fit(rows.astype(np.float64))
    # Normalized once more: sampling wants weights that add up to 1 to the last digit.
    weights = fitted.weights_ / fitted.weights_.sum()
    covariances = (fitted.covariances_ + fitted.covariances_.transpose(0, 2, 1)) / 2
    return GaussianMixture(
        weights=_vector(weights),
        means=tuple(map(_vector, fitted.means_)),
        covariances=tuple(tuple(map(_vector, covariance)) for covariance in covariances),
    )


def _vector(values: NDArray[Any]) -> tuple[float, ...]:
    return tuple(map(float, values))
