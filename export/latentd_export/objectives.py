"""What training minimizes. Every loss is a mean over the rows of a batch; the terms' units are stated.

Shapes: inputs and reconstructions (batch, D), latents (batch, L), scores (batch, D) before the decoder's squashing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, pi
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from latentd_export.architectures import Autoencoder, Decoder, VariationalAutoencoder
from latentd_export.corruptions import corrupt
from latentd_export.errors import RecipeInvalidError
from latentd_export.recipe import Recipe


class Reconstruction(Protocol):
    """Scores a decoder's output against the clean inputs."""

    def rows(self, decoder: Decoder, scores: Tensor, inputs: Tensor) -> Tensor:
        """The negative log-likelihood of each row (batch,), in nats, summed over its values."""

    def loss(self, decoder: Decoder, scores: Tensor, inputs: Tensor) -> Tensor:
        """The figure that a model without a prior minimizes, a scalar."""


class SquaredError:
    """Mean squared error; as a likelihood, a Gaussian of unit variance around the output."""

    def rows(self, decoder: Decoder, scores: Tensor, inputs: Tensor) -> Tensor:
        """-log N(x; output, I) = (|x - output|^2 + D log 2 pi) / 2, in nats, (batch,)."""
        squared = (decoder.squash(scores) - inputs).square().sum(dim=1)
        return (squared + inputs.shape[1] * log(2 * pi)) / 2

    def loss(self, decoder: Decoder, scores: Tensor, inputs: Tensor) -> Tensor:
        """Mean over rows and values of the squared error, in squared units of the values."""
        return functional.mse_loss(decoder.squash(scores), inputs)


class CrossEntropy:
    """Binary cross-entropy of values in a range, taken as probabilities (Kingma & Welling 2013, appendix C.1)."""

    def rows(self, decoder: Decoder, scores: Tensor, inputs: Tensor) -> Tensor:
        """-sum(x log y + (1 - x) log(1 - y)) over the values, y = sigmoid(score), in nats, (batch,)."""
        if decoder.value_range is None:
            raise RecipeInvalidError('objective.reconstruction = "cross-entropy" needs a dataset with a value_range')
        low, high = decoder.value_range
        shares = (inputs - low) / (high - low)
        return functional.binary_cross_entropy_with_logits(scores, shares, reduction="none").sum(dim=1)

    def loss(self, decoder: Decoder, scores: Tensor, inputs: Tensor) -> Tensor:
        """The mean over rows of the summed cross-entropy, in nats."""
        return self.rows(decoder, scores, inputs).mean()


RECONSTRUCTIONS: Mapping[str, Reconstruction] = {"squared-error": SquaredError(), "cross-entropy": CrossEntropy()}


def kl_rows(latent: Tensor, logvar: Tensor) -> Tensor:
    """KL(N(latent, exp(logvar)) || N(0, I)) of each row, in nats, (batch,).

    -1/2 sum(1 + logvar - mu^2 - exp(logvar)); Kingma & Welling 2013, appendix B.
    """
    return -0.5 * (1 + logvar - latent.square() - logvar.exp()).sum(dim=1)


class Objective(Protocol):
    """The loss of a batch of clean inputs (batch, D), a scalar; all chance comes from `generator`."""

    def __call__(self, model: Autoencoder, inputs: Tensor, generator: torch.Generator, /) -> Tensor: ...


@dataclass(frozen=True)
class PlainObjective:
    """Reconstruct what was put in."""

    reconstruction: Reconstruction

    def __call__(self, model: Autoencoder, inputs: Tensor, _generator: torch.Generator) -> Tensor:
        return self.reconstruction.loss(model.decoder, model.decoder.score(model.encode(inputs)), inputs)


@dataclass(frozen=True)
class DenoisingObjective:
    """Reconstruct the clean row from a corrupted one (Vincent et al. 2008, section 2.3)."""

    reconstruction: Reconstruction
    masked: float
    noise_std: float

    def __call__(self, model: Autoencoder, inputs: Tensor, generator: torch.Generator) -> Tensor:
        corrupted = corrupt(inputs, self.masked, self.noise_std, model.decoder.value_range, generator)
        return self.reconstruction.loss(model.decoder, model.decoder.score(model.encode(corrupted)), inputs)


@dataclass(frozen=True)
class VariationalObjective:
    """The negative ELBO with one draw from the posterior for each row (Kingma & Welling 2013, equation 10), in nats."""

    reconstruction: Reconstruction

    def __call__(self, model: Autoencoder, inputs: Tensor, generator: torch.Generator) -> Tensor:
        reconstruction, kl = self.terms(model, inputs, generator)
        return (reconstruction + kl).mean()

    def terms(self, model: Autoencoder, inputs: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Reconstruction and KL of each row (batch,), in nats; their sum is the negative ELBO."""
        assert isinstance(model, VariationalAutoencoder), "build_objective pairs it with nothing else"
        sample, latent, logvar = model.sample(inputs, generator)
        scores = model.decoder.score(sample)
        return self.reconstruction.rows(model.decoder, scores, inputs), kl_rows(latent, logvar)


def build_objective(recipe: Recipe) -> Objective:
    """The objective of `recipe.kind`."""
    reconstruction = RECONSTRUCTIONS[recipe.objective.reconstruction]
    if recipe.kind == "vae":
        return VariationalObjective(reconstruction)
    if recipe.corruption is not None:
        return DenoisingObjective(reconstruction, recipe.corruption.masked, recipe.corruption.noise_std)
    return PlainObjective(reconstruction)
