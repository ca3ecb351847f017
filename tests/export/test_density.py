from __future__ import annotations

import numpy as np
import pytest

from latentd_export import density as module
from latentd_export.density import fit_density

LATENTS = (np.random.default_rng(0).standard_normal((4000, 3)) * [2, 0.05, 1] + [0, 0, 5]).astype(np.float32)


def test_the_fitted_density_is_one_that_can_be_drawn_from() -> None:
    density = fit_density(LATENTS, 4, seed=0)
    weights, means, covariances = map(np.array, (density.weights, density.means, density.covariances))
    assert abs(weights.sum() - 1) < 1e-12
    np.testing.assert_allclose(weights @ means, LATENTS.mean(axis=0), atol=0.05)
    assert all(np.linalg.eigvalsh(covariance).min() > 0 for covariance in covariances)
    assert fit_density(LATENTS, 4, seed=0) == density


def test_fewer_rows_than_components_are_enough() -> None:
    assert len(fit_density(LATENTS[:3], 10, seed=0).weights) == 3


def test_two_clusters_are_found_where_they_lie() -> None:
    random = np.random.default_rng(1)
    rows = np.concatenate([random.normal(-4, 0.5, (300, 2)), random.normal(4, 1, (900, 2))]).astype(np.float32)
    fitted = fit_density(rows, 2, seed=3)
    order = np.argsort(np.array(fitted.means)[:, 0])
    np.testing.assert_allclose(np.array(fitted.weights)[order], [0.25, 0.75], atol=0.01)
    np.testing.assert_allclose(np.array(fitted.means)[order], [[-4, -4], [4, 4]], atol=0.15)
    np.testing.assert_allclose(np.array(fitted.covariances)[order[0]], 0.25 * np.eye(2), atol=0.05)


def test_of_many_rows_some_are_drawn_by_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FITTED_ROWS", 500)
    one, again, other = (fit_density(LATENTS, 2, seed=seed) for seed in (0, 0, 2**40))
    assert one == again
    assert one != other
