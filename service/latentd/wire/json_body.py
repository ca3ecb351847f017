"""JSON <-> arrays, without a Python float for each value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import prod
from operator import mul
from typing import Any

import numpy as np
import orjson
import simdjson
from numpy.typing import NDArray

from latentd.errors import BodyFieldError, BodyUnreadableError, ShapeMismatchError, ValueTypeError
from latentd.wire import json_parser, json_slices
from latentd.wire.json_limits import CONTAINERS, DEFAULT, JsonLimits

MEDIA_TYPE = "application/json"
SMALL_BYTES = 8192
"""A body of some rows. Whatever is in it, it is read in a few milliseconds."""
MAX_NAME = 80
"""So much of a field's name is told to whoever has sent another than was expected."""
MAX_SEARCHED = 100_000
"""How many values are looked through, in Python, for the one that is not a number."""

Fields = dict[str, Any]


def read_array(body: bytes, field: str) -> NDArray[np.float64]:
    """The array of numbers in `{"<field>": [[…], …]}`, in the shape in which it is nested.

    Raises:
        BodyUnreadableError: the body is not JSON.
        BodyFieldError: it is not an object with this field alone.
        ShapeMismatchError: the field is no array, or its rows differ in length.
        ValueTypeError: it holds something else than numbers.
    """
    return read_array_and_options(body, field, ())[0]


def read_array_and_options(
    body: bytes, field: str, options: Sequence[str], limits: JsonLimits = DEFAULT, row: tuple[int, int] = (1, 1)
) -> tuple[NDArray[np.float64], Fields]:
    """As `read_array`, for an object that may have `options` beside the field; they come as Python objects.

    A `row` is of so many values, and of so many arrays at most. Raises JsonTooComplexError and RowsTooManyError too.
    """
    row_values, row_arrays = row
    limits.check_text(body, row_values)
    text, array = read_large(body, field, limits, row_arrays) or (body, None)
    document = parse_object(text, f'{{"{field}": [[…], …]}}', limits)
    values = _array_in(document, field, options)
    given = {name: plain(document[name], limits) for name in document if name != field}
    if array is None:
        own = text if len(document) == 1 else bytes(values.mini)  # type: ignore[arg-type]  # bytes, whatever its stub says
        array = to_array(values, count_brackets(own), field, limits, row_arrays)
    return array, given


def read_large(
    text: bytes, field: str, limits: JsonLimits = DEFAULT, row_arrays: int = 1
) -> tuple[bytes, NDArray[np.float64]] | None:
    """The text with `[]` in the place of a large array of numbers, and that array.

    None where it is not large, or anything is wrong with it: what, is told by whoever looks at the whole of it. Raises
    RowsTooManyError.
    """
    found = json_slices.cut_out(text, field)
    if found is None:
        return None
    rest, slices = found
    arrays: list[NDArray[np.float64]] = []
    try:
        json_parser.parse_strictly(rest)
        for part in slices:
            arrays.append(to_array(json_parser.parse_strictly(part), count_brackets(part), field, limits, row_arrays))
            limits.check_arrays(sum(brackets_in(array.shape) for array in arrays), row_arrays)
        return (rest, np.concatenate(arrays)) if all(map(len, arrays)) else None
    except (*json_parser.ERRORS, ShapeMismatchError, ValueTypeError):
        return None


def to_array(
    values: simdjson.Array, brackets: int, field: str, limits: JsonLimits = DEFAULT, row_arrays: int = 1
) -> NDArray[np.float64]:
    """The parsed array in the shape in which it is nested, given how many opening brackets it has.

    Raises ShapeMismatchError, ValueTypeError, or what the `limits` raise; a row is of at most `row_arrays` arrays.
    """
    shape = _shape_of(values, limits)
    limits.check_arrays(brackets_in(shape), row_arrays)
    _check_lengths(values, shape[1:], f"/{field}")
    try:
        flat = np.frombuffer(values.as_buffer(of_type="d"))
    except TypeError:
        raise _find_non_number(values, f"/{field}") from None
    # Flattening hides how values were nested. The lengths of all arrays but the innermost ones have been checked;
    # as many brackets as such a shape has means that the innermost ones hold nothing but numbers.
    if flat.size != prod(shape) or brackets != brackets_in(shape):
        raise ShapeMismatchError(f"expected rows of one length that hold only numbers in {field}", f"/{field}")
    return flat.reshape(shape)


def read_numbers(text: bytes) -> NDArray[np.float64]:
    """The numbers in `[1, 2.5, …]`, however they are nested. Raises ValueError where anything else is in it."""
    try:
        values = simdjson.Parser().parse(text)
        return np.frombuffer(values.as_buffer(of_type="d")) if isinstance(values, simdjson.Array) else np.empty(0)
    except (TypeError, *json_parser.ERRORS) as error:
        raise ValueError(f"not numbers alone: {error}") from None


def seconds_to_read(body: bytes) -> float:
    """What `read_array` will take, roughly: measured were 2 ns a byte, and 1 µs for each row that is looked at."""
    looked_at = body[: json_slices.LARGE_BYTES]  # what is longer is read in a thread, whatever is in it
    rows = count_brackets(looked_at) / len(looked_at) * len(body) if len(body) > SMALL_BYTES else 1
    return len(body) * 2e-9 + rows * 1e-6


def count_brackets(text: bytes) -> int:
    """How many arrays are opened in the text, were there no brackets in its strings.

    A large text may have many, which numpy counts sooner.
    """
    return text.count(b"[") if len(text) <= SMALL_BYTES else json_slices.count(text, b"[")


def write(fields: Mapping[str, Any], values: int = 0) -> bytes:
    """An object whose arrays are C-contiguous; a float32 becomes the shortest decimal that gives it back.

    One of many `values` is written by slices: that takes a little longer, and holds nobody up.
    """
    return b"".join(json_slices.write(fields)) if values > json_slices.SLICE_VALUES else write_any(fields)


def write_any(value: Any) -> bytes:
    """Any JSON, with arrays as in `write`."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def read_any(body: bytes) -> Any:
    """Any JSON as Python objects; for small documents of our own."""
    return orjson.loads(body)


def parse_object(body: bytes, example: str, limits: JsonLimits = DEFAULT) -> simdjson.Object:
    """The JSON object that the body is; `example` tells users what it may look like.

    Raises BodyUnreadableError, BodyFieldError or JsonTooComplexError.
    """
    if not body:
        raise BodyUnreadableError(f"the body is empty; expected JSON such as {example}")
    document = json_parser.parse(body, limits)
    if not isinstance(document, simdjson.Object):
        raise BodyFieldError(f"expected a JSON object such as {example}; got {kind_of(document)}")
    limits.check_names(document)
    return document


def _array_in(document: simdjson.Object, field: str, options: Sequence[str]) -> simdjson.Array:
    names = list(document.keys())
    if field not in names or len(set(names)) < len(names) or not set(names) <= {field, *options}:
        got = ", ".join(repr(name[:MAX_NAME]) for name in names[:8]) or "none"
        wanted = f"the field {field!r} and at most {', '.join(options)}" if options else f"the one field {field!r}"
        raise BodyFieldError(f"expected {wanted}; got {got}", f"/{field}")
    values = document[field]
    if not isinstance(values, simdjson.Array):
        raise ShapeMismatchError(f"expected an array of numbers in {field}; got {kind_of(values)}", f"/{field}")
    return values


def _shape_of(values: simdjson.Array, limits: JsonLimits) -> tuple[int, ...]:
    """The shape that the first of the arrays and the firsts in them have; whether others have it, nobody knows yet."""
    shape: list[int] = []
    first: Any = values
    while isinstance(first, simdjson.Array):
        shape.append(len(first))
        limits.check_axes(len(shape))
        first = first[0] if shape[-1] else None
    return tuple(shape)


def _check_lengths(values: simdjson.Array, shape: tuple[int, ...], pointer: str) -> None:
    """Raise ShapeMismatchError unless each of `values` is an array of `shape`."""
    if not shape:
        return
    for index, row in enumerate(values):
        got = f"{len(row)} values" if isinstance(row, simdjson.Array) else kind_of(row)
        if not isinstance(row, simdjson.Array) or len(row) != shape[0]:
            raise ShapeMismatchError(
                f"expected an array of {shape[0]} values like the first; got {got}", f"{pointer}/{index}"
            )
        _check_lengths(row, shape[1:], f"{pointer}/{index}")


def brackets_in(shape: tuple[int, ...]) -> int:
    """How many arrays, one in the other, make up an array of that shape."""
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
            return ValueTypeError(f"expected a number; got {kind_of(value)}", "/".join([*path, str(index)]))
    return ValueTypeError(f"expected numbers alone; there is another value behind the first {MAX_SEARCHED}", pointer)


def plain(value: Any, limits: JsonLimits) -> Any:
    """A parsed value as Python objects of its own, for the parser's do not outlive it. Raises JsonTooComplexError."""
    if isinstance(value, CONTAINERS):
        limits.check_plain(value)
        return value.as_list() if isinstance(value, simdjson.Array) else value.as_dict()
    return value


def kind_of(value: object) -> str:
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
