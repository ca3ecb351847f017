"""The prior and the fitted density answer the same questions, each in its own way."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from latentd.bundle.records import GaussianMixture, LatentStatistics, StandardNormalPrior
from latentd.inference.density import FittedDensity, Prior

QUANTILES = np.stack([np.linspace(-1, 3, 101), np.linspace(0, 1, 101) ** 2], axis=1)
STATISTICS = LatentStatistics.model_validate_json(
    LatentStatistics.model_construct(
        mean=(0.0, 0.0),
        std=(1.0, 1.0),
        minimum=(0.0, 0.0),
        maximum=(1.0, 1.0),
        quantiles=tuple(map(tuple, QUANTILES.tolist())),
        covariance=((1.0, 0.0), (0.0, 1.0)),
        active=(True, True),
    ).model_dump_json()
)


def mixture(**changes: Any) -> GaussianMixture:
    fields = {
        "weights": (0.25, 0.75),
        "means": ((-5.0, 1.0), (4.0, 2.0)),
        "covariances": (((1.0, 0.5), (0.5, 2.0)), ((0.25, 0.0), (0.0, 0.01))),
    }
    return GaussianMixture.model_validate({**fields, **changes})


def test_a_prior_is_the_standard_normal() -> None:
    prior = Prior(StandardNormalPrior(), STATISTICS)
    assert (prior.source, prior.is_isotropic) == ("prior", True)
    np.testing.assert_array_equal(prior.center(), [0, 0])
    levels = np.array([0.01, 0.5, 0.975])
    for dim in (0, 1):
        np.testing.assert_allclose([NormalDist().cdf(value) for value in prior.quantile(levels, dim)], levels)
    np.testing.assert_array_equal(prior.sample(3, 5), np.random.default_rng(5).standard_normal((3, 2)))


def test_a_fitted_density_has_the_quantiles_of_the_training_latents() -> None:
    density = FittedDensity(mixture(), STATISTICS)
    assert (density.source, density.is_isotropic) == ("fitted density", False)
    np.testing.assert_allclose(density.quantile(np.array([0, 0.25, 1]), 0), [-1, 0, 3])
    np.testing.assert_allclose(density.quantile(np.array([0.5, 0.505]), 1), [0.25, (0.25 + 0.51**2) / 2])
    np.testing.assert_allclose(density.center(), [1, 0.25])


def test_its_samples_come_from_both_components_as_often_as_they_weigh() -> None:
    samples = FittedDensity(mixture(), STATISTICS).sample(20_000, 1)
    of_the_first = samples[:, 0] < 0
    assert abs(of_the_first.mean() - 0.25) < 0.02
    for chosen, mean, covariance in zip(
        (of_the_first, ~of_the_first), mixture().means, mixture().covariances, strict=True
    ):
        np.testing.assert_allclose(samples[chosen].mean(axis=0), mean, atol=0.08)
        np.testing.assert_allclose(np.cov(samples[chosen].T), covariance, atol=0.12)


@pytest.mark.parametrize("weights", [(1.0, 0.0), (0.1, 0.2), (3.0, 9.0)])
def test_weights_need_not_add_up_to_one(weights: tuple[float, float]) -> None:
    samples = FittedDensity(mixture(weights=weights), STATISTICS).sample(5000, 2)
    assert abs((samples[:, 0] < 0).mean() - weights[0] / sum(weights)) < 0.03


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_sample_i_is_the_same_whatever_the_count(seed: int) -> None:
    for density in (FittedDensity(mixture(), STATISTICS), Prior(StandardNormalPrior(), STATISTICS)):
        many = density.sample(100, seed)
        for count in (0, 1, 2, 99):
            np.testing.assert_array_equal(density.sample(count, seed), many[:count])
        assert not np.array_equal(density.sample(3, 1), density.sample(3, 2))


def test_a_covariance_that_is_none_is_refused() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        FittedDensity(mixture(covariances=(((1.0, 2.0), (2.0, 1.0)),) * 2), STATISTICS)
