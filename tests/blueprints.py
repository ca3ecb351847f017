"""What made-up bundles should look like, and what their graphs compute, in numpy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

ROWS = 20
EXAMPLES = 8

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Blueprint:
    """What a made-up bundle should look like. Its graphs are `tanh(x W + b)` and, with a range, a sigmoid behind."""

    name: str = "toy"
    version: int = 1
    kind: Literal["ae", "vae", "dae"] = "ae"
    input_dim: int = 12
    latent_dim: int = 2
    picture_shape: tuple[int, ...] | None = (3, 4)
    value_range: tuple[float, float] | None = (0.0, 1.0)
    seed: int = 0
    labelled: bool = True
    inactive: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()

    def weights(self) -> dict[str, Floats]:
        rng = np.random.default_rng(self.seed)
        last = (self.input_dim, *self.hidden)[-1]
        shapes = {"encoder": (last, self.latent_dim), "logvar": (last, self.latent_dim)}
        scale = min(0.5, 3 / self.input_dim**0.5)  # wide inputs must not drive every latent to the ends of tanh
        return {
            name: rng.normal(scale=scale, size=shape).astype(np.float32)
            for name, shape in {**shapes, "decoder": (self.latent_dim, self.input_dim)}.items()
        }

    def hidden_weights(self) -> list[Floats]:
        """Those of the encoder's hidden layers, if it has any: `tanh(x W)` each, before the last one."""
        rng, widths = np.random.default_rng(self.seed + 2), pairwise((self.input_dim, *self.hidden))
        return [rng.normal(scale=taken**-0.5, size=(taken, given)).astype(np.float32) for taken, given in widths]

    def features(self, rows: Floats) -> Floats:
        """What the encoder's last layer takes."""
        for weights in self.hidden_weights():
            rows = np.tanh(rows @ weights)
        return rows

    def encode(self, rows: Floats) -> Floats:
        """What the encoder graph computes, in numpy."""
        latents: Floats = np.tanh(self.features(rows) @ self.weights()["encoder"])
        return latents

    def logvar(self, rows: Floats) -> Floats:
        """What a VAE's encoder graph computes beside it."""
        logvar: Floats = np.tanh(self.features(rows) @ self.weights()["logvar"])
        return logvar

    def decode(self, latents: Floats) -> Floats:
        """What the decoder graph computes."""
        outputs = np.tanh(latents @ self.weights()["decoder"])
        bounded: Floats = 1 / (1 + np.exp(-outputs)) if self.value_range else outputs
        return bounded

    def inputs(self, rows: int = ROWS) -> Floats:
        """Random inputs inside the range."""
        low, high = self.value_range or (-2.0, 2.0)
        return np.random.default_rng(self.seed + 1).uniform(low, high, (rows, self.input_dim)).astype(np.float32)

    def has_examples(self) -> bool:
        """Does the bundle hold some of the inputs themselves?"""
        return self.picture_shape is not None and self.value_range is not None

    def examples(self) -> tuple[Bytes, NDArray[np.int64]]:
        """Every other one of the first inputs, its range in 256 steps, and their indices."""
        low, high = self.value_range or (0.0, 1.0)
        indices = 1 + 2 * np.arange(EXAMPLES)
        return np.rint((self.inputs()[indices] - low) * (255 / (high - low))).astype(np.uint8), indices


TOY = Blueprint()
TOY_VAE = Blueprint(name="toy-vae", kind="vae", latent_dim=5, inactive=(3,))
SENSORS = Blueprint(name="sensors", input_dim=13, latent_dim=3, picture_shape=None, value_range=None, labelled=False)
COLOURS = Blueprint(name="colours", kind="dae", input_dim=3 * 32 * 32, latent_dim=5, picture_shape=(3, 32, 32))


def newer(blueprint: Blueprint, version: int = 2) -> Blueprint:
    """The same model in a later version, with other weights."""
    return replace(blueprint, version=version, seed=blueprint.seed + version)
