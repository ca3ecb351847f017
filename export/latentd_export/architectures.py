"""The models, on one screen. D is input_dim, L is latent_dim; nothing here knows what the numbers mean.

The clamp of logvar and the squashing of the output belong to the modules, so that training and export share them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from latentd_export.recipe import Architecture, Recipe

LOGVAR_BOUND = 10.0

ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU, "leaky-relu": nn.LeakyReLU, "elu": nn.ELU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh,
}  # fmt: skip  # a table of six names reads best in one piece

ValueRange = tuple[float, float] | None


def dense_layers(widths: Sequence[int], activation: str) -> OrderedDict[str, nn.Module]:
    """(batch, widths[0]) -> (batch, widths[-1]), the activation after every layer."""
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    for number, (before, after) in enumerate(pairwise(widths), start=1):
        layers[f"dense_{number}"] = nn.Linear(before, after)
        layers[f"{activation}_{number}"] = ACTIVATIONS[activation]()
    return layers


class Encoder(nn.Module):
    """(batch, D) -> latent (batch, L)."""

    output_names: tuple[str, ...] = ("latent",)

    def __init__(self, input_dim: int, architecture: Architecture) -> None:
        super().__init__()
        widths = (input_dim, *architecture.hidden)
        self.input_dim = input_dim
        self.hidden = nn.Sequential(dense_layers(widths, architecture.activation))
        self.latent = nn.Linear(widths[-1], architecture.latent_dim)

    def forward(self, inputs: Tensor) -> Tensor:
        latent: Tensor = self.latent(self.hidden(inputs))
        return latent


class PosteriorEncoder(Encoder):
    """(batch, D) -> latent, the posterior mean, and logvar, both (batch, L)."""

    output_names: tuple[str, ...] = ("latent", "logvar")

    def __init__(self, input_dim: int, architecture: Architecture) -> None:
        super().__init__(input_dim, architecture)
        self.logvar = nn.Linear(self.latent.in_features, architecture.latent_dim)

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]  # a posterior is two
        hidden = self.hidden(inputs)
        # Unbounded, exp(logvar) overflows in the first steps at a high learning rate.
        return self.latent(hidden), self.logvar(hidden).clamp(-LOGVAR_BOUND, LOGVAR_BOUND)


class Decoder(nn.Module):
    """latent (batch, L) -> output (batch, D), within the value range where there is one."""

    output_names: tuple[str, ...] = ("output",)

    def __init__(self, input_dim: int, architecture: Architecture, value_range: ValueRange) -> None:
        super().__init__()
        widths = (architecture.latent_dim, *reversed(architecture.hidden))
        self.latent_dim = architecture.latent_dim
        self.value_range = value_range
        self.hidden = nn.Sequential(dense_layers(widths, architecture.activation))
        self.output = nn.Linear(widths[-1], input_dim)

    def score(self, latent: Tensor) -> Tensor:
        """(batch, L) -> (batch, D) before the squashing: what a cross-entropy is stably trained on."""
        score: Tensor = self.output(self.hidden(latent))
        return score

    def squash(self, score: Tensor) -> Tensor:
        """Scores (batch, D) as values: a sigmoid over the value range, or unchanged without one."""
        if self.value_range is None:
            return score
        low, high = self.value_range
        share = torch.sigmoid(score)
        return share if (low, high) == (0.0, 1.0) else share * (high - low) + low

    def forward(self, latent: Tensor) -> Tensor:
        return self.squash(self.score(latent))


class Autoencoder(nn.Module):
    """An encoder and a decoder; a denoising autoencoder is the same network, trained on corrupted inputs."""

    encoder: Encoder

    def __init__(self, encoder: Encoder, decoder: Decoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def encode(self, inputs: Tensor) -> Tensor:
        """(batch, D) -> latent (batch, L)."""
        latent: Tensor = self.encoder(inputs)
        return latent

    def forward(self, inputs: Tensor) -> Tensor:
        """(batch, D) -> reconstruction (batch, D)."""
        reconstruction: Tensor = self.decoder(self.encode(inputs))
        return reconstruction


class VariationalAutoencoder(Autoencoder):
    """An encoder that gives a posterior (Kingma & Welling 2013, arXiv:1312.6114)."""

    encoder: PosteriorEncoder

    def encode(self, inputs: Tensor) -> Tensor:
        """(batch, D) -> the posterior mean (batch, L)."""
        return self.posterior(inputs)[0]

    def posterior(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, D) -> latent and logvar (batch, L) of the posterior N(latent, exp(logvar))."""
        latent, logvar = self.encoder(inputs)
        return latent, logvar

    def sample(self, inputs: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """(batch, D) -> a draw from the posterior, its mean, its logvar, each (batch, L).

        z = mu + exp(logvar / 2) * epsilon, the reparameterization of section 2.4.
        """
        latent, logvar = self.posterior(inputs)
        noise = torch.randn(latent.shape, generator=generator)
        return latent + torch.exp(logvar / 2) * noise, latent, logvar


def build_model(recipe: Recipe, input_dim: int, value_range: ValueRange) -> Autoencoder:
    """The untrained model of `recipe`; its weights follow from `recipe.seed` alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        variational = recipe.kind == "vae"
        encoder = (PosteriorEncoder if variational else Encoder)(input_dim, recipe.architecture)
        decoder = Decoder(input_dim, recipe.architecture, value_range)
        return (VariationalAutoencoder if variational else Autoencoder)(encoder, decoder)
