"""Looks into a latent space: one question each, whose answer is arrays or, where outputs are pictures, a picture.

These become the methods of both clients (arrays) and of their `draw` (pictures).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from latentd.client.answers import Fields
from latentd.client.coding import Fit, fitting
from latentd.client.model import Model
from latentd.client.rows import Body, as_array, body_in_shape
from latentd.client.session import Query
from latentd.client.view_fields import (
    read_examples,
    read_grid,
    read_held_out,
    read_input_traversals,
    read_interpolation,
    read_samples,
    read_traversal,
)
from latentd.results import Examples, Grid, HeldOut, InputTraversals, Interpolation, Samples, Traversal

Spacing = Literal["quantile", "linear"]
Method = Literal["linear", "slerp"]
Latent = Sequence[float] | np.ndarray[Any, Any]

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class View(Generic[Result]):
    """A question about a `model`, and how the fields of its answer are read."""

    path: str
    read: Callable[[Model, Fields], Result]
    model: str | None
    version: int | None
    query: Query
    body: Body | None = None


def grid(
    rows: int = 20,
    cols: int = 20,
    *,
    dims: tuple[int, int] = (0, 1),
    base: Latent | None = None,
    spacing: Spacing = "quantile",
    low: float | None = None,
    high: float | None = None,
    model: str | None = None,
    version: int | None = None,
) -> View[Grid]:
    """The decoded grid over two latent dimensions, the others held at `base` [L] (default: the centre).

    The first of `dims` grows from left to right, the second from the bottom row to the top one. With
    `spacing="quantile"`, `low` and `high` are levels (default: 0.05 and 0.95) of the model's prior or of the training
    latents; with `"linear"` they are latent values.

    Raises ParameterInvalidError for what makes no grid, and other errors of ClientError.
    """
    span = _span(spacing, low, high)
    query = {"rows": rows, "cols": cols, "dims": dims, "base": base, **span}
    return View("/grid", read_grid, model, version, query)


def traverse(
    dim: int = 0,
    *,
    steps: int = 9,
    latents: Latent | None = None,
    spacing: Spacing = "quantile",
    low: float | None = None,
    high: float | None = None,
    model: str | None = None,
    version: int | None = None,
) -> View[Traversal]:
    """One dimension varied from `low` to `high` as in a grid, the others held at `latents` [L] (default: the centre).

    Raises ParameterInvalidError for what makes no traversal, and other errors of ClientError.
    """
    query = {"dim": dim, "steps": steps, "latents": latents, **_span(spacing, low, high)}
    return View("/traverse", read_traversal, model, version, query)


def traverse_input(
    inputs: ArrayLike,
    dims: Sequence[int] | None = None,
    *,
    steps: int = 9,
    spacing: Spacing = "quantile",
    low: float | None = None,
    high: float | None = None,
    invert: bool = False,
    fit: Fit = "pad",
    model: str | None = None,
    version: int | None = None,
) -> View[InputTraversals]:
    """One input [D], its reconstruction, and for each of `dims` its reconstructions with that latent varied.

    The input may be a picture [H, W] or a picture file, as in `encode`; without `dims` it is every active dimension.

    Raises ParameterInvalidError or ShapeMismatchError for what makes no traversal, and other errors of ClientError.
    """
    query = {"dims": dims, "steps": steps, **_span(spacing, low, high), **fitting(invert, fit)}
    return View("/traverse", read_input_traversals, model, version, query, body_in_shape(inputs))


def interpolate(
    start: Latent,
    end: Latent,
    *,
    steps: int = 10,
    method: Method = "linear",
    model: str | None = None,
    version: int | None = None,
) -> View[Interpolation]:
    """The way from one latent [L] to another, both ends included; `"slerp"` follows the arc, where there is a prior.

    Raises ParameterInvalidError for what makes no way, and other errors of ClientError.
    """
    query = {"from": start, "to": end, "steps": steps, "method": method}
    return View("/interpolate", read_interpolation, model, version, query)


def interpolate_inputs(
    first: ArrayLike,
    last: ArrayLike,
    *,
    steps: int = 10,
    method: Method = "linear",
    model: str | None = None,
    version: int | None = None,
) -> View[Interpolation]:
    """The way between the latents of two inputs, [D] or [H, W] each.

    Raises ParameterInvalidError or ShapeMismatchError for what makes no way, and other errors of ClientError.
    """
    pair = body_in_shape([as_array(first, "inputs"), as_array(last, "inputs")])
    query = {"steps": steps, "method": method}
    return View("/interpolate", read_interpolation, model, version, query, pair)


def sample(
    n: int = 16, *, seed: int | None = None, model: str | None = None, version: int | None = None
) -> View[Samples]:
    """`n` latents drawn from the prior, or from the density fitted to the training latents, and their outputs.

    The same `seed` gives the same samples; without one it is made up and told.

    Raises ParameterInvalidError for a number or a seed that is not allowed, and other errors of ClientError.
    """
    return View("/sample", read_samples, model, version, {"n": n, "seed": seed})


def latents(
    *, offset: int = 0, limit: int | None = None, model: str | None = None, version: int | None = None
) -> View[HeldOut]:
    """Where the held-out set lies: its latents and labels, from row `offset` on, at most `limit` of them.

    Raises ParameterInvalidError for numbers that are not allowed, and other errors of ClientError.
    """
    return View("/latents", read_held_out, model, version, {"offset": offset, "limit": limit})


def examples(
    *,
    offset: int = 0,
    limit: int | None = None,
    seed: int | None = None,
    model: str | None = None,
    version: int | None = None,
) -> View[Examples]:
    """Held-out pictures themselves, at most `limit` of them; a `seed` shuffles them: `examples(limit=1, seed=7)`.

    Raises ExamplesMissingError for a model that has none, ParameterInvalidError for an `offset` past the last, and
    other errors of ClientError.
    """
    return View("/examples", read_examples, model, version, {"offset": offset, "limit": limit, "seed": seed})


def _span(spacing: Spacing, low: float | None, high: float | None) -> Query:
    return {"spacing": spacing, "low": low, "high": high}
