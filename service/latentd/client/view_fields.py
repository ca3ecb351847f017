"""How the JSON answers of views become results. What raises KeyError, TypeError or ValueError is none of latentd's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentd.client.answers import Fields, floats
from latentd.client.model import Model
from latentd.results import Doubles, Examples, Grid, HeldOut, InputTraversals, Interpolation, Samples, Traversal


def read_grid(model: Model, fields: Fields) -> Grid:
    """The JSON answer of GET /grid."""
    across, up = map(_doubles, fields["axes"])
    decoded = _decoded(model, fields, len(up), len(across))
    first, second = fields["dims"]
    return Grid((first, second), (across, up), **decoded, support=_doubles(fields["support"]), **_named(model))


def read_traversal(model: Model, fields: Fields) -> Traversal:
    """The JSON answer of GET /traverse."""
    values = _doubles(fields["values"])
    decoded = _decoded(model, fields, len(values))
    return Traversal(fields["dim"], fields["active"], values, **decoded, **_named(model))


def read_input_traversals(model: Model, fields: Fields) -> InputTraversals:
    """The JSON answer of POST /traverse."""
    latent, output = floats(fields["latent"], model.latent_dim), floats(fields["output"], model.input_dim)
    traversals = tuple(read_traversal(model, each) for each in fields["traversals"])
    return InputTraversals(latent, output, traversals, **_named(model))


def read_interpolation(model: Model, fields: Fields) -> Interpolation:
    """The JSON answer of /interpolate."""
    return Interpolation(fields["method"], **_decoded(model, fields, len(fields["latents"])), **_named(model))


def read_samples(model: Model, fields: Fields) -> Samples:
    """The JSON answer of /sample."""
    decoded = _decoded(model, fields, len(fields["latents"]))
    return Samples(fields["source"], fields["seed"], **decoded, **_named(model))


def read_held_out(model: Model, fields: Fields) -> HeldOut:
    """The JSON answer of /latents."""
    found = floats(fields["latents"], len(fields["latents"]), model.latent_dim)
    return HeldOut(found, _labels(fields), **_named(model))


def read_examples(model: Model, fields: Fields) -> Examples:
    """The JSON answer of GET /examples."""
    indices = np.array(fields["indices"], np.int64)
    latents = floats(fields["latents"], len(indices), model.latent_dim)
    inputs = floats(fields["inputs"], len(indices), model.input_dim)
    return Examples(indices, _labels(fields), latents, inputs, **_named(model))


def _named(model: Model) -> dict[str, Any]:
    return {"model": model.name, "version": model.version}


def _labels(fields: Fields) -> NDArray[np.int64] | None:
    return None if fields["labels"] is None else np.array(fields["labels"], np.int64)


def _decoded(model: Model, fields: Fields, *leading: int) -> dict[str, Any]:
    """`latents` and `outputs` of the leading shape."""
    dims = {"latents": model.latent_dim, "outputs": model.input_dim}
    return {name: floats(fields[name], *leading, dim) for name, dim in dims.items()}


def _doubles(values: object) -> Doubles:
    return np.array(values, np.float64)
