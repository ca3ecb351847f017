"""What comes back from a model, by the names that the JSON answers have: from a client, and from the in-process views.

Shapes: `…` is the leading shape of what was sent, D `input_dim`, L `latent_dim`, R and C rows and columns, S steps.
Every result names the `model` and the `version` that it comes from. Arrays are float32, but for `axes`, `values`,
`support`, `errors` and `percentiles`, which are float64.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """Latents [..., L] of inputs; `logvar` [..., L] where it was asked for and the model is a VAE.

    `seed` is that of a draw from the posterior; without a draw it is None, and the latents are the posterior's mean.
    """

    latents: Floats
    logvar: Floats | None
    seed: int | None
    model: str
    version: int


@dataclass(frozen=True, slots=True, eq=False)
class Decoding:
    """Outputs [..., D] of latents."""

    outputs: Floats
    model: str
    version: int


@dataclass(frozen=True, slots=True, eq=False)
class Reconstruction:
    """Inputs encoded and decoded again: `outputs` [..., D] and `latents` [..., L].

    `errors` [...] is the mean squared error of each row, `percentiles` [...] where that stands among those of the
    held-out set, from 0 to 100; `anomalous` [...] is whether it is above the threshold, None where none was given.
    """

    outputs: Floats
    latents: Floats
    errors: Doubles
    percentiles: Doubles
    anomalous: NDArray[np.bool_] | None
    model: str
    version: int


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Latents [R, C, L] over two of the dimensions, `dims`, and their `outputs` [R, C, D].

    `axes` holds the C values of the first, which grows from left to right, and the R values of the second, which grows
    from the bottom row to the top one. `support` [R, C] tells how near each cell is to real latents, from 0 to 1.
    """

    dims: tuple[int, int]
    axes: tuple[Doubles, Doubles]
    latents: Floats
    outputs: Floats
    support: Doubles
    model: str
    version: int


@dataclass(frozen=True, slots=True, eq=False)
class Traversal:
    """One dimension, `dim`, that takes `values` [S] while the others are held: `latents` [S, L], `outputs` [S, D].

    Where it is not `active`, the model leaves it unused, and moving it changes nothing.
    """

    dim: int
    active: bool
    values: Doubles
    latents: Floats
    outputs: Floats
    model: str
    version: int


@dataclass(frozen=True, slots=True, eq=False)
class InputTraversals:
    """One input's `latent` [L] and reconstruction `output` [D], and a traversal from there for each dimension."""

    latent: Floats
    output: Floats
    traversals: tuple[Traversal, ...]
    model: str
    version: int


@dataclass(frozen=True, slots=True, eq=False)
class Interpolation:
    """The way between two latents, both ends included: `latents` [S, L] and `outputs` [S, D]."""

    method: str
    latents: Floats
    outputs: Floats
    model: str
    version: int


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """`latents` [N, L] drawn from `source` (`prior` or `fitted density`) with `seed`, and their `outputs` [N, D]."""

    source: str
    seed: int
    latents: Floats
    outputs: Floats
    model: str
    version: int


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Where the held-out set lies: `latents` [M, L] and `labels` [M], None where it has none."""

    latents: Floats
    labels: NDArray[np.int64] | None
    model: str
    version: int


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Held-out inputs themselves, `inputs` [K, D], with their `latents` [K, L] and `labels` [K], None without any.

    `indices` [K] tells where they stand in the held-out set.
    """

    indices: NDArray[np.int64]
    labels: NDArray[np.int64] | None
    latents: Floats
    inputs: Floats
    model: str
    version: int
