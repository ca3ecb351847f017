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
from latentd.client.coding import Fit, fitting, floats
from latentd.client.model import Model
from latentd.client.rows import Body, as_array, body_in_shape
from latentd.client.session import Query
from latentd.results import Doubles, Grid, HeldOut, InputTraversals, Interpolation, Samples, Traversal

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
    return View("/grid", _read_grid, model, version, query)


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
    return View("/traverse", _read_traversal, model, version, query)


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
    return View("/traverse", _read_input_traversals, model, version, query, body_in_shape(inputs))


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
    return View("/interpolate", _read_interpolation, model, version, query)


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
    return View("/interpolate", _read_interpolation, model, version, query, pair)


def sample(
    n: int = 16, *, seed: int | None = None, model: str | None = None, version: int | None = None
) -> View[Samples]:
    """`n` latents drawn from the prior, or from the density fitted to the training latents, and their outputs.

    The same `seed` gives the same samples; without one it is made up and told.

    Raises ParameterInvalidError for a number or a seed that is not allowed, and other errors of ClientError.
    """
    return View("/sample", _read_samples, model, version, {"n": n, "seed": seed})


def latents(
    *, offset: int = 0, limit: int | None = None, model: str | None = None, version: int | None = None
) -> View[HeldOut]:
    """Where the held-out set lies: its latents and labels, from row `offset` on, at most `limit` of them.

    Raises ParameterInvalidError for numbers that are not allowed, and other errors of ClientError.
    """
    return View("/latents", _read_held_out, model, version, {"offset": offset, "limit": limit})


def _span(spacing: Spacing, low: float | None, high: float | None) -> Query:
    return {"spacing": spacing, "low": low, "high": high}


def _named(model: Model) -> dict[str, Any]:
    return {"model": model.name, "version": model.version}


def _decoded(model: Model, fields: Fields, *leading: int) -> dict[str, Any]:
    """`latents` and `outputs` of the leading shape."""
    dims = {"latents": model.latent_dim, "outputs": model.input_dim}
    return {name: floats(fields[name], *leading, dim) for name, dim in dims.items()}


def _doubles(values: object) -> Doubles:
    return np.array(values, np.float64)


def _read_grid(model: Model, fields: Fields) -> Grid:
    across, up = map(_doubles, fields["axes"])
    decoded = _decoded(model, fields, len(up), len(across))
    first, second = fields["dims"]
    return Grid((first, second), (across, up), **decoded, support=_doubles(fields["support"]), **_named(model))


def _read_traversal(model: Model, fields: Fields) -> Traversal:
    values = _doubles(fields["values"])
    decoded = _decoded(model, fields, len(values))
    return Traversal(fields["dim"], fields["active"], values, **decoded, **_named(model))


def _read_input_traversals(model: Model, fields: Fields) -> InputTraversals:
    latent, output = floats(fields["latent"], model.latent_dim), floats(fields["output"], model.input_dim)
    traversals = tuple(_read_traversal(model, each) for each in fields["traversals"])
    return InputTraversals(latent, output, traversals, **_named(model))


def _read_interpolation(model: Model, fields: Fields) -> Interpolation:
    return Interpolation(fields["method"], **_decoded(model, fields, len(fields["latents"])), **_named(model))


def _read_samples(model: Model, fields: Fields) -> Samples:
    decoded = _decoded(model, fields, len(fields["latents"]))
    return Samples(fields["source"], fields["seed"], **decoded, **_named(model))


def _read_held_out(model: Model, fields: Fields) -> HeldOut:
    found = floats(fields["latents"], len(fields["latents"]), model.latent_dim)
    labels = None if fields["labels"] is None else np.array(fields["labels"], np.int64)
    return HeldOut(found, labels, **_named(model))
