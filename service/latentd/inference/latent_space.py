"""The geometry of a model's latents: grids, traversals, interpolations, samples. numpy alone; nothing is decoded here.

Shapes: L is `latent_dim`, R and C rows and columns, S steps. Latents are float32, as a decoder takes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from latentd.bundle.manifest import Manifest
from latentd.errors import ParameterInvalidError
from latentd.inference.arrays import ErrorArray, FloatArray
from latentd.inference.bounds import LARGEST, LATENT_VALUES, LEVELS, Bounds
from latentd.inference.density import density_of
from latentd.inference.path import arc, straight
from latentd.inference.support import Support

Spacing = Literal["quantile", "linear"]
Method = Literal["linear", "slerp"]

DEFAULT_LEVELS = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Span:
    """How far one dimension is varied. `low` and `high` are levels (`quantile`) or latent values (`linear`)."""

    spacing: Spacing = "quantile"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """Latents [R, C, L] over two of the dimensions.

    `axes` holds the C values of the first of `dims`, ascending, and the R values of the second, descending as the rows
    run: it grows from the bottom row to the top one.
    """

    dims: tuple[int, int]
    axes: tuple[ErrorArray, ErrorArray]
    latents: FloatArray


@dataclass(frozen=True, slots=True)
class Traversal:
    """Latents [S, L] along one dimension, which takes `values` [S] while the others are held."""

    dim: int
    values: ErrorArray
    latents: FloatArray


class LatentSpace:
    """What the manifest knows of a model's latents, and the held-out latents [M, L] themselves."""

    def __init__(self, manifest: Manifest, held_out: FloatArray) -> None:
        self.latent_dim = manifest.latent_dim
        self.density = density_of(manifest)
        self.held_out = held_out
        self._name = manifest.name
        self._statistics = manifest.latent_statistics
        self.active_dims = tuple(np.flatnonzero(self._statistics.active).tolist())

    def grid(
        self,
        rows: int,
        cols: int,
        dims: Sequence[int] = (0, 1),
        base: Sequence[float] | FloatArray | None = None,
        span: Span | None = None,
    ) -> Grid:
        """Latents over two dimensions, the others held at `base` (default: the density's centre).

        With quantile spacing, levels evenly spaced from low to high become latents by the density's quantile function:
        the inverse normal CDF for a prior (Kingma & Welling 2013, arXiv:1312.6114, figure 4), the training latents'
        quantile table otherwise. Raises ParameterInvalidError for a parameter that makes no grid.
        """
        self.check_pair(dims)
        across, up = self.values(dims[0], cols, span), self.values(dims[1], rows, span)[::-1].copy()
        latents = np.empty((rows, cols, self.latent_dim), np.float32)
        latents[:] = self.base(base)
        latents[:, :, dims[0]] = across
        latents[:, :, dims[1]] = up[:, None]
        return Grid((dims[0], dims[1]), (across, up), latents)

    def traverse(
        self, dim: int, steps: int, base: Sequence[float] | FloatArray | None = None, span: Span | None = None
    ) -> Traversal:
        """Latents along one dimension, the others held at `base`. Raises ParameterInvalidError."""
        self.check_dims((dim,), "dim")
        values = self.values(dim, steps, span)
        latents = np.empty((steps, self.latent_dim), np.float32)
        latents[:] = self.base(base)
        latents[:, dim] = values
        return Traversal(dim, values, latents)

    def interpolate(
        self, start: Sequence[float] | FloatArray, end: Sequence[float] | FloatArray, steps: int, method: Method
    ) -> FloatArray:
        """Latents [S, L] from `start` to `end`, which are the first and the last of them exactly.

        `slerp` follows the arc between the two directions (Shoemake 1985; White 2016, arXiv:1609.04468), which keeps to
        where a normal prior has its mass. Raises ParameterInvalidError where there is no such prior.
        """
        self.check_method(method)
        first, last = self.base(start, "from"), self.base(end, "to")
        ends = first.astype(np.float64), last.astype(np.float64)
        way = (arc if method == "slerp" else straight)(*ends, np.linspace(0, 1, steps)[:, None])
        latents = way.clip(-LARGEST, LARGEST).astype(np.float32)  # an arc may lead further out than its ends are
        latents[0], latents[-1] = first, last
        return latents

    @staticmethod
    def join(parts: Sequence[FloatArray]) -> FloatArray:
        """Latents [N, L] after each other, to be decoded in one batch."""
        joined: FloatArray = np.concatenate(parts)
        return joined

    def sample(self, count: int, seed: int) -> FloatArray:
        """Latents [count, L] drawn from the prior, or from the density fitted to the training latents."""
        return self.density.sample(count, seed).astype(np.float32)

    def support(self, latents: FloatArray) -> ErrorArray:
        """How near each latent [..., L] lies to a real one: 1 where a held-out latent is, towards 0 far from all."""
        return self._support.of(latents)

    @cached_property
    def _support(self) -> Support:
        """Made when it is first asked for: it takes longer than opening the graphs, and few ask."""
        return Support(self._statistics, self.held_out)

    def check_method(self, method: Method) -> None:
        """Raise ParameterInvalidError for an arc where latents have no normal prior."""
        if method == "slerp" and not self.density.is_isotropic:
            reason = f"slerp follows a normal prior, and model {self._name!r} has a {self.density.source} instead"
            raise ParameterInvalidError("method", f"{reason}; method=linear works for every model")

    def check_pair(self, dims: Sequence[int]) -> None:
        """Raise ParameterInvalidError unless these are the two dimensions of a grid."""
        if len(dims) != 2:
            raise ParameterInvalidError("dims", f"expected two different {self._dimensions}; got {_listed(dims)}")
        self.check_dims(dims)

    def check_dims(self, dims: Sequence[int], name: str = "dims") -> None:
        """Raise ParameterInvalidError unless all are dimensions, and different ones; `name` is what they came in."""
        if len(set(dims)) < len(dims):
            raise ParameterInvalidError(name, f"expected different {self._dimensions}; got {_listed(dims)}")
        for dim in dims:
            if not 0 <= dim < self.latent_dim:
                raise ParameterInvalidError(name, f"expected {self._dimensions}; got {dim}")

    @property
    def _dimensions(self) -> str:
        return f"dimensions from 0 to {self.latent_dim - 1}"

    def values(self, dim: int, steps: int, span: Span | None = None) -> ErrorArray:
        """The `steps` values that one dimension takes, both ends included. Raises ParameterInvalidError."""
        span = span or Span()
        between = np.linspace(*self.bounds(dim, span), steps)
        return between if span.spacing == "linear" else self.density.quantile(between, dim)

    def bounds(self, dim: int, span: Span) -> tuple[float, float]:
        """Where the span of one dimension begins and ends: levels, or latent values with linear spacing.

        Raises ParameterInvalidError for bounds that are none, or not in their order.
        """
        given = Bounds(span.low, span.high)
        if span.spacing == "quantile":
            return given.check(DEFAULT_LEVELS, LEVELS)
        low, high = self.density.quantile(np.array(DEFAULT_LEVELS), dim).tolist()
        return given.check((low, high), LATENT_VALUES)

    def base(self, latent: Sequence[float] | FloatArray | None, name: str = "base") -> FloatArray:
        """The latent [L] to hold on to: the given one, or the density's centre. Raises ParameterInvalidError."""
        chosen = self.density.center() if latent is None else np.asarray(latent, np.float64)
        if chosen.shape != (self.latent_dim,) or not (np.abs(chosen) <= LARGEST).all():
            got = "" if latent is None else f"; got {_listed(latent)}"
            allowed = f"{self.latent_dim} finite numbers within ±{LARGEST:.2g}, one for each dimension"
            raise ParameterInvalidError(name, f"expected {allowed}{got}")
        return chosen.astype(np.float32)


def _listed(values: Sequence[float] | FloatArray) -> str:
    return ", ".join(f"{value:g}" for value in values) or "none"
