from __future__ import annotations

import numpy as np

from latentd_export.latent_statistics import describe_latents

LATENTS = (np.random.default_rng(0).standard_normal((4000, 3)) * [2, 0.05, 1] + [0, 0, 5]).astype(np.float32)
DESCRIBED = describe_latents(LATENTS, has_prior=True)


def test_statistics_are_numpy_s() -> None:
    rows = LATENTS.astype(np.float64)
    np.testing.assert_allclose(DESCRIBED.mean, rows.mean(axis=0))
    np.testing.assert_allclose(DESCRIBED.covariance, np.cov(rows.T, ddof=0))
    np.testing.assert_allclose(np.array(DESCRIBED.quantiles)[[0, 50, 100]], np.quantile(rows, [0, 0.5, 1], axis=0))


def test_a_dimension_that_the_encoder_ignores_is_inactive_only_under_a_prior() -> None:
    assert DESCRIBED.active == (True, False, True)
    assert describe_latents(LATENTS, has_prior=False).active == (True, True, True)


def test_a_single_dimension_has_a_covariance_too() -> None:
    assert np.array(describe_latents(LATENTS[:, :1], has_prior=True).covariance).shape == (1, 1)
