"""How a model's latents are spread: by the prior it was trained against, or by a density fitted afterwards.

Either answers the same questions, so that nothing else has to ask what kind of model it is.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.manifest import Manifest
from latentd.bundle.records import GaussianMixture, LatentStatistics, StandardNormalPrior

Values = NDArray[np.float64]


class Density(Protocol):
    """What the latent space asks of a density over latents [L]."""

    @property
    def source(self) -> str:
        """`prior` or `fitted density`."""

    @property
    def is_isotropic(self) -> bool:
        """Does every direction from the origin look the same? Only then does an arc between latents mean anything."""

    def quantile(self, levels: Values, dim: int) -> Values:
        """The values [S] below which the shares `levels` [S] of the latents lie, in one dimension."""

    def center(self) -> Values:
        """A latent [L] in the middle."""

    def sample(self, count: int, seed: int) -> Values:
        """Latents [count, L]; row i of a seed is the same whatever the count."""


class Prior:
    """The standard normal prior of a VAE (Kingma & Welling 2013, arXiv:1312.6114, figure 4)."""

    is_isotropic = True

    def __init__(self, prior: StandardNormalPrior, statistics: LatentStatistics) -> None:
        self.source = prior.source
        self._latent_dim = len(statistics.mean)

    def quantile(self, levels: Values, dim: int) -> Values:  # noqa: ARG002 - every dimension is alike
        """The inverse normal CDF."""
        return np.array([NormalDist().inv_cdf(level) for level in levels.tolist()])

    def center(self) -> Values:
        """The origin."""
        return np.zeros(self._latent_dim)

    def sample(self, count: int, seed: int) -> Values:
        """Standard normal numbers of numpy's `default_rng(seed)`, row by row."""
        return np.random.default_rng(seed).standard_normal((count, self._latent_dim))


class FittedDensity:
    """A Gaussian mixture fitted to the training latents, with the quantile table of each dimension beside it."""

    is_isotropic = False

    def __init__(self, mixture: GaussianMixture, statistics: LatentStatistics) -> None:
        self.source = mixture.source
        self._quantiles = np.array(statistics.quantiles)  # (levels, latent_dim)
        self._levels = np.linspace(0, 1, len(self._quantiles))
        self._cumulative = np.cumsum(mixture.weights) / sum(mixture.weights)
        self._means = np.array(mixture.means)
        self._roots = np.linalg.cholesky(np.array(mixture.covariances))

    def quantile(self, levels: Values, dim: int) -> Values:
        """Between the entries of the training latents' quantile table."""
        values: Values = np.interp(levels, self._levels, self._quantiles[:, dim])
        return values

    def center(self) -> Values:
        """The median of each dimension."""
        return np.array([self.quantile(np.array([0.5]), dim)[0] for dim in range(self._quantiles.shape[1])])

    def sample(self, count: int, seed: int) -> Values:
        """A component for each row, and normal noise of its covariance; one stream of random numbers for each."""
        choices, noise = np.random.default_rng(seed).spawn(2)
        component = np.searchsorted(self._cumulative, choices.random(count), side="right").clip(
            max=len(self._means) - 1
        )
        normal = noise.standard_normal((count, self._means.shape[1]))
        latents: Values = self._means[component] + np.einsum("nij,nj->ni", self._roots[component], normal)
        return latents


def density_of(manifest: Manifest) -> Density:
    """The density that the manifest states."""
    if isinstance(manifest.density, GaussianMixture):
        return FittedDensity(manifest.density, manifest.latent_statistics)
    return Prior(manifest.density, manifest.latent_statistics)
