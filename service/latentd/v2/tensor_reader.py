"""Tensors out of an inference request: data in JSON, or binary data behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import simdjson
from numpy.typing import NDArray

from latentd.errors import BodyError, BodyFieldError, JsonTooComplexError, RowsTooManyError, TensorInvalidError
from latentd.v2.datatypes import cast, is_wide, numpy_dtype
from latentd.wire import json_body
from latentd.wire.json_limits import JsonLimits
from latentd.wording import shown

SHARED_MEMORY = "shared_memory_region"
MAX_AXES = 8
WIDEST = 8
"""Bytes of the integers that a double does not hold exactly."""


@dataclass(slots=True)
class BinaryData:
    """The bytes behind the JSON, and how far they have been taken."""

    body: bytes
    offset: int

    @property
    def left(self) -> int:
        """How many bytes have not been taken."""
        return len(self.body) - self.offset

    def take(self, tensor: str, size: int, dtype: np.dtype[np.generic]) -> NDArray[np.generic]:
        """A view of the next `size` bytes; nothing is copied. Raises TensorInvalidError where there are fewer."""
        if size > self.left:
            raise TensorInvalidError(
                f"input {tensor!r} has a binary_data_size of {size}, but {self.left} bytes are left"
            )
        values = np.frombuffer(self.body, dtype, size // dtype.itemsize, self.offset)
        self.offset += size
        return values


def read_tensor(
    fields: Mapping[str, Any],
    data: simdjson.Array | NDArray[np.float64] | None,
    binary: BinaryData,
    brackets: Callable[[], int],
    limits: JsonLimits,
) -> NDArray[np.generic]:
    """The values of an input in its stated shape.

    `fields` are those of the input but its data, which stands apart in `data`. `brackets` counts how many opening ones
    the data may have at most. Raises BodyFieldError, TensorInvalidError or
    RowsTooManyError.
    """
    name = fields["name"]
    parameters = parameters_of(fields, f"input {name!r}")
    shape = read_shape(name, fields.get("shape"))
    dtype = numpy_dtype(name, fields.get("datatype"))
    size = parameters.get("binary_data_size")
    if SHARED_MEMORY in parameters:
        raise TensorInvalidError(f"input {name!r} lies in shared memory, which is not offered here")
    if (size is None) == (data is None):
        what = "neither data nor" if data is None else "both data and"
        raise TensorInvalidError(f"input {name!r} has {what} a binary_data_size; expected one of them")
    if data is not None:
        numbers = _read_data(name, data, shape, brackets, limits)
        values = cast(name, numbers, dtype)
        if is_wide(fields["datatype"]) and isinstance(data, simdjson.Array):
            values = _exactly(name, data, dtype, numbers)
        return values.reshape(shape)
    expected = prod(shape) * dtype.itemsize
    if size != expected or isinstance(size, bool):
        stated = f"{fields['datatype']} {list(shape)}, which is {expected} bytes"
        raise TensorInvalidError(f"input {name!r} has a binary_data_size of {shown(size)}, but is {stated}")
    return binary.take(name, expected, dtype).reshape(shape)


def read_shape(name: str, stated: object) -> tuple[int, ...]:
    """The shape of an input. Raises TensorInvalidError unless it is an array of a few whole numbers from 1.

    Thousands of them would have a product of as many digits.
    """
    sizes = stated if isinstance(stated, list) else []
    if not 0 < len(sizes) <= MAX_AXES or not all(type(size) is int and size > 0 for size in sizes):
        raise TensorInvalidError(f"input {name!r} has the shape {shown(stated)}; expected an array of numbers from 1")
    return tuple(sizes)


def parameters_of(holder: Mapping[str, Any], what: str) -> Mapping[str, Any]:
    """The parameters of a request, an input or an output; clients that have none may send null.

    Raises BodyFieldError where they are no object.
    """
    parameters = holder.get("parameters")
    if parameters is None:
        return {}
    if not isinstance(parameters, dict):
        raise BodyFieldError(f"{what} has parameters that are {json_body.kind_of(parameters)}; expected an object")
    return parameters


def _read_data(
    name: str,
    data: simdjson.Array | NDArray[np.float64],
    shape: tuple[int, ...],
    brackets: Callable[[], int],
    limits: JsonLimits,
) -> NDArray[np.float64]:
    """The numbers in `data`, which may be flat, row after row, or nested as the shape says."""
    values = _parse_data(name, data, shape, brackets(), limits) if isinstance(data, simdjson.Array) else data
    expected = prod(shape)
    if values.shape not in (shape, (expected,)):
        got = f"{values.size} values" if values.ndim == 1 else f"values of shape {list(values.shape)}"
        raise TensorInvalidError(f"input {name!r} has {got}; its shape is {list(shape)}, which is {expected}")
    return values.reshape(-1)


def _parse_data(
    name: str, data: simdjson.Array, shape: tuple[int, ...], brackets: int, limits: JsonLimits
) -> NDArray[np.float64]:
    is_nested = len(data) > 0 and isinstance(data[0], simdjson.Array)
    if brackets != json_body.brackets_in(shape if is_nested else ()):  # some stand in strings, or are too many
        brackets = json_body.count_brackets(bytes(data.mini))  # type: ignore[arg-type]  # bytes, whatever its stub says
    try:
        return json_body.to_array(data, brackets, "data", limits)
    except (RowsTooManyError, JsonTooComplexError):
        raise
    except BodyError as error:
        raise TensorInvalidError(f"input {name!r}: {error}") from None


def _exactly(
    name: str, data: simdjson.Array, dtype: np.dtype[np.generic], values: NDArray[np.float64]
) -> NDArray[np.generic]:
    """Integers of 64 bits as they stand in the JSON; the `values` where they were written as 1.0 or 1e3.

    Raises TensorInvalidError where one of these may be past 64 bits, for then nobody knows what it was.
    """
    try:
        return np.frombuffer(data.as_buffer(of_type="u" if dtype.kind == "u" else "i"), dtype)
    except (TypeError, ValueError):
        largest = float(np.abs(values).max())
        if largest >= 2.0 ** (8 * WIDEST - 1):
            raise TensorInvalidError(f"input {name!r} holds {largest:g}, which is past 64 bits") from None
        return values
