"""JSON <-> arrays, without a Python float for each value."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from math import prod
from operator import mul
from typing import Any

import numpy as np
import orjson
import simdjson
from numpy.typing import NDArray

from latentd.errors import BodyFieldError, BodyUnreadableError, ShapeMismatchError, ValueTypeError

MEDIA_TYPE = "application/json"
MAX_AXES = 8
MAX_SEARCHED = 100_000
"""How many values are looked through, in Python, for the one that is not a number."""

_OPENING_BRACKET = ord("[")
# What simdjson raises for text that is not JSON (RuntimeError where it nests too deeply).
_PARSER_ERRORS = (ValueError, RuntimeError, MemoryError)


def read_array(body: bytes, field: str) -> NDArray[np.float64]:
    """The array of numbers in `{"<field>": [[…], …]}`, in the shape in which it is nested.

    Raises:
        BodyUnreadableError: the body is not JSON.
        BodyFieldError: it is not an object with this field alone.
        ShapeMismatchError: the field is no array, or its rows differ in length.
        ValueTypeError: it holds something else than numbers.
    """
    values = _only_field(_parse(body, field), field)
    shape = _shape_of(values, field)
    try:
        flat = np.frombuffer(values.as_buffer(of_type="d"))
    except TypeError:
        raise _find_non_number(values, f"/{field}") from None
    # Flattening hides how values were nested. The lengths of all arrays but the innermost ones have been checked;
    # as many brackets as such a shape has mean that the innermost ones hold nothing but numbers.
    brackets = np.count_nonzero(np.frombuffer(body, np.uint8) == _OPENING_BRACKET)
    if flat.size != prod(shape) or brackets != _brackets_in(shape):
        raise ShapeMismatchError(f"expected rows of one length that hold only numbers in {field}", f"/{field}")
    return flat.reshape(shape)


def seconds_to_read(body: bytes) -> float:
    """What `read_array` will take, roughly: measured were 2 ns a byte, and 1 µs for each row that is looked at."""
    return len(body) * 2e-9 + body.count(_OPENING_BRACKET) * 1e-6


def write(fields: Mapping[str, Any]) -> bytes:
    """An object whose arrays are C-contiguous; a float32 becomes the shortest decimal that gives it back."""
    return orjson.dumps(fields, option=orjson.OPT_SERIALIZE_NUMPY)


def read_any(body: bytes) -> Any:
    """Any JSON as Python objects; for small documents of our own."""
    return orjson.loads(body)


def _parse(body: bytes, field: str) -> simdjson.Object:
    if not body:
        raise BodyUnreadableError(f'the body is empty; expected JSON such as {{"{field}": [[…], …]}}')
    try:
        # A parser of its own for each body: one that is used again must not have an object left anywhere, and the
        # traceback of an error keeps them. It costs no more than using one again.
        document = simdjson.Parser().parse(body)
    except _PARSER_ERRORS as error:
        raise BodyUnreadableError(f"the body is not JSON that can be read: {error}") from None
    if not isinstance(document, simdjson.Object):
        raise BodyFieldError(f'expected a JSON object such as {{"{field}": [[…], …]}}; got {_kind(document)}')
    return document


def _only_field(document: simdjson.Object, field: str) -> simdjson.Array:
    names = list(document.keys())
    if names != [field]:
        got = ", ".join(map(repr, names[:8])) or "none"
        raise BodyFieldError(f"expected the one field {field!r}; got {got}", f"/{field}")
    values = document[field]
    if not isinstance(values, simdjson.Array):
        raise ShapeMismatchError(f"expected an array of numbers in {field}; got {_kind(values)}", f"/{field}")
    return values


def _shape_of(values: simdjson.Array, field: str) -> tuple[int, ...]:
    shape: list[int] = []
    first: Any = values
    while isinstance(first, simdjson.Array):
        shape.append(len(first))
        if len(shape) > MAX_AXES:
            raise ShapeMismatchError(f"{field} nests more than {MAX_AXES} arrays deep", f"/{field}")
        first = first[0] if shape[-1] else None
    _check_lengths(values, tuple(shape[1:]), f"/{field}")
    return tuple(shape)


def _check_lengths(values: simdjson.Array, shape: tuple[int, ...], pointer: str) -> None:
    """Raise ShapeMismatchError unless each of `values` is an array of `shape`."""
    if not shape:
        return
    for index, row in enumerate(values):
        got = f"{len(row)} values" if isinstance(row, simdjson.Array) else _kind(row)
        if not isinstance(row, simdjson.Array) or len(row) != shape[0]:
            raise ShapeMismatchError(
                f"expected an array of {shape[0]} values like the first; got {got}", f"{pointer}/{index}"
            )
        _check_lengths(row, shape[1:], f"{pointer}/{index}")


def _brackets_in(shape: tuple[int, ...]) -> int:
    arrays_per_level = accumulate(shape[:-1], mul, initial=1)
    return sum(arrays_per_level)


def _find_non_number(values: simdjson.Array, pointer: str) -> ValueTypeError:
    """Point at the first value that is neither a number nor an array; without recursion, for arrays can nest deep."""
    open_arrays, path = [enumerate(values)], [pointer]
    for _ in range(MAX_SEARCHED):
        index, value = next(open_arrays[-1], (-1, None))
        if index < 0:
            open_arrays.pop()
            path.pop()
        elif isinstance(value, simdjson.Array):
            open_arrays.append(enumerate(value))
            path.append(str(index))
        elif isinstance(value, bool) or not isinstance(value, int | float):
            return ValueTypeError(f"expected a number; got {_kind(value)}", "/".join([*path, str(index)]))
    return ValueTypeError(f"expected numbers alone; there is another value behind the first {MAX_SEARCHED}", pointer)


def _kind(value: object) -> str:
    """What a JSON value is, in JSON's words."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case dict() | simdjson.Object():
            return "an object"
    return "an array"
