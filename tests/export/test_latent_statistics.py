from __future__ import annotations

from statistics import NormalDist

import numpy as np

from latentd_export.density import fit_density
from latentd_export.latent_axes import axis_values, grid_latents, traversal_latents, widest_dims
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


def test_axes_follow_the_prior_or_the_data() -> None:
    normal, own = (axis_values(DESCRIBED, 2, 5, has_prior=prior) for prior in (True, False))
    assert abs(normal[0] - NormalDist().inv_cdf(0.05)) < 1e-12
    assert abs(normal[2]) < 1e-12
    np.testing.assert_allclose(own[[0, -1]], np.quantile(LATENTS[:, 2], [0.05, 0.95]), atol=1e-6)


def test_the_grid_grows_to_the_right_and_upwards() -> None:
    grid = grid_latents(DESCRIBED, 6, has_prior=False)
    assert widest_dims(DESCRIBED, 2) == [0, 2]
    assert (np.diff(grid[:, :, 0], axis=1) > 0).all()
    assert (np.diff(grid[:, :, 2], axis=0) < 0).all()
    assert (grid[:, :, 1] == np.array(DESCRIBED.quantiles)[50, 1]).all()


def test_a_traversal_moves_one_dimension() -> None:
    moved = np.ptp(traversal_latents(DESCRIBED, 1, 7, has_prior=True), axis=0) > 0
    assert moved.tolist() == [False, True, False]


def test_the_fitted_density_is_one_that_can_be_drawn_from() -> None:
    density = fit_density(LATENTS, 4, seed=0)
    weights, means, covariances = map(np.array, (density.weights, density.means, density.covariances))
    assert abs(weights.sum() - 1) < 1e-12
    np.testing.assert_allclose(weights @ means, LATENTS.mean(axis=0), atol=0.05)
    assert all(np.linalg.eigvalsh(covariance).min() > 0 for covariance in covariances)
    assert fit_density(LATENTS, 4, seed=0) == density


def test_fewer_rows_than_components_are_enough() -> None:
    assert len(fit_density(LATENTS[:3], 10, seed=0).weights) == 3
