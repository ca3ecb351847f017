from __future__ import annotations

from statistics import NormalDist

import numpy as np

from latentd_export.latent_axes import (
    axis_values,
    base_latent,
    dims_by_variance,
    grid_latents,
    traversal_latents,
    widest_dims,
)
from latentd_export.latent_statistics import describe_latents

LATENTS = (np.random.default_rng(0).standard_normal((4000, 3)) * [2, 0.05, 1] + [0, 0, 5]).astype(np.float32)
DESCRIBED = describe_latents(LATENTS, has_prior=True)


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


def test_dimensions_come_by_variance_and_the_grid_takes_them_in_their_natural_order() -> None:
    turned = describe_latents(LATENTS[:, ::-1], has_prior=True)
    assert dims_by_variance(DESCRIBED) == [0, 2, 1]
    assert dims_by_variance(turned) == [2, 0, 1]
    assert widest_dims(turned, 2) == [0, 2]
    assert widest_dims(turned, 1) == [2]


def test_the_base_is_the_prior_s_mean_or_the_median() -> None:
    assert base_latent(DESCRIBED, has_prior=True).tolist() == [0, 0, 0]
    np.testing.assert_allclose(base_latent(DESCRIBED, has_prior=False), np.median(LATENTS, axis=0), atol=1e-6)


def test_one_dimension_makes_a_grid_of_one_row() -> None:
    single = describe_latents(LATENTS[:, :1], has_prior=False)
    assert grid_latents(single, 6, has_prior=False).shape == (1, 6, 1)
