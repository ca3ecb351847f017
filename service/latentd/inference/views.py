"""Looks into a latent space, decoded: what GET /grid, /traverse, /interpolate and /sample give, without a server."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike, NDArray

from latentd.bundle.manifest import Manifest
from latentd.errors import ParameterInvalidError
from latentd.inference.arrays import FloatArray
from latentd.inference.latent_space import LatentSpace, Method, Spacing, Span
from latentd.results import Grid, Interpolation, Samples, Traversal

Latent = Sequence[float] | NDArray[Any]


class Views(ABC):
    """The views of a model whose latents lie in `space`. Their parameters are those of the HTTP routes."""

    manifest: Manifest
    space: LatentSpace

    @abstractmethod
    def decode(self, latents: ArrayLike) -> FloatArray:
        """Outputs [..., D] of latents [..., L]."""

    def grid(
        self,
        rows: int = 20,
        cols: int = 20,
        *,
        dims: Sequence[int] = (0, 1),
        base: Latent | None = None,
        spacing: Spacing = "quantile",
        low: float | None = None,
        high: float | None = None,
    ) -> Grid:
        """The decoded grid over two latent dimensions, the others held at `base` [L] (default: the centre).

        The first of `dims` grows from left to right, the second from the bottom row to the top one. With
        `spacing="quantile"`, `low` and `high` are levels (default: 0.05 and 0.95) of the model's prior or of the
        training latents; with `"linear"` they are latent values. Raises ParameterInvalidError for what makes no grid.
        """
        _require("rows", rows, 1)
        _require("cols", cols, 1)
        cells = self.space.grid(rows, cols, dims, base, Span(spacing, low, high))
        support = self.space.support(cells.latents)
        return Grid(cells.dims, cells.axes, cells.latents, self.decode(cells.latents), support, **self._named)

    def traverse(
        self,
        dim: int = 0,
        *,
        steps: int = 9,
        latents: Latent | None = None,
        spacing: Spacing = "quantile",
        low: float | None = None,
        high: float | None = None,
    ) -> Traversal:
        """One dimension varied from `low` to `high` as in a grid, the others held at `latents` [L].

        Without `latents` they are held at the centre. Raises ParameterInvalidError for what makes no traversal.
        """
        _require("steps", steps, 2)
        base = self.space.base(latents, "latents")
        found = self.space.traverse(dim, steps, base, Span(spacing, low, high))
        active = self.manifest.latent_statistics.active[dim]
        return Traversal(dim, active, found.values, found.latents, self.decode(found.latents), **self._named)

    def interpolate(self, start: Latent, end: Latent, *, steps: int = 10, method: Method = "linear") -> Interpolation:
        """The way from one latent [L] to another, both ends included.

        `"slerp"` follows the arc, where there is a normal prior. Raises ParameterInvalidError for what makes no way.
        """
        _require("steps", steps, 2)
        way = self.space.interpolate(start, end, steps, method)
        return Interpolation(method, way, self.decode(way), **self._named)

    def sample(self, n: int = 16, *, seed: int | None = None) -> Samples:
        """`n` latents drawn from the prior, or from the density fitted to the training latents, and their outputs.

        The same `seed` gives the same samples; without one it is made up and told. Raises ParameterInvalidError.
        """
        _require("n", n, 1)
        seed = secrets.randbelow(2**32) if seed is None else seed
        _require("seed", seed, 0)
        drawn = self.space.sample(n, seed)
        return Samples(self.space.density.source, seed, drawn, self.decode(drawn), **self._named)

    @property
    def _named(self) -> dict[str, Any]:
        return {"model": self.manifest.name, "version": self.manifest.version}


def _require(name: str, number: int, least: int) -> None:
    if number < least:
        raise ParameterInvalidError(name, f"expected {name} from {least} on; got {number}")
