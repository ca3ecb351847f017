"""Large arrays of numbers as JSON by slices: whoever parses or writes text in one piece holds up all other threads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

LARGE_BYTES = 1 << 20
"""Shorter texts are read at once."""

SLICE_BYTES = 1 << 18
"""About how long a slice is; it takes a millisecond or two."""

SLICE_VALUES = 1 << 15
"""How many numbers are written at once."""

NEAR_BYTES = 4096
"""So much may stand before the array."""

_OPENING = re.compile(rb"(?:\[\s*)+")


def cut_out(text: bytes, name: str) -> tuple[bytes, Iterator[bytes]] | None:
    """The `text` of an object with `[]` in the place of the array `name`, and the array as slices that are arrays.

    None where it is not large, or not so plain that one can see where the array ends and its rows do; then it is for
    the parser to say what it is. What is in the slices, nobody has looked at.
    """
    found = _field(name).search(text, 0, NEAR_BYTES) if len(text) > LARGE_BYTES else None
    if found is None:
        return None
    start = found.end() - 1
    stops = [place for place in (text.find(b'"', start), text.find(b"}", start)) if place >= 0]
    end = text.rfind(b"]", start, min(stops, default=start))
    rest = text[: start + 1] + text[end:]
    if end - start < SLICE_BYTES or rest.count(b'"%s"' % name.encode()) != 1 or b"\\" in rest:
        return None
    return rest, _slices(text, start, end)


def count(text: bytes, character: bytes) -> int:
    """How often it is in the text."""
    parts = np.split(np.frombuffer(text, np.uint8), range(LARGE_BYTES, len(text), LARGE_BYTES))
    return sum(int(np.count_nonzero(part == character[0])) for part in parts)


def write(value: Any) -> Iterator[bytes]:
    """JSON by parts, as `orjson` writes it in one; arrays are C-contiguous, and may be large."""
    if isinstance(value, np.ndarray) and value.size > SLICE_VALUES:
        yield from _write_array(value)
    elif isinstance(value, Mapping):
        yield b"{"
        for index, (name, each) in enumerate(value.items()):
            yield b"," * (index > 0) + orjson.dumps(name) + b":"
            yield from write(each)
        yield b"}"
    elif isinstance(value, list):
        yield b"["
        for index, each in enumerate(value):
            yield b"," * (index > 0)
            yield from write(each)
        yield b"]"
    else:
        yield orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def _write_array(array: NDArray[np.generic]) -> Iterator[bytes]:
    yield b"["
    step = max(1, SLICE_VALUES // array[0].size)
    for at in range(0, len(array), step):
        yield b"," * (at > 0)
        if array[at].size > SLICE_VALUES:
            yield from _write_array(array[at])
        else:
            yield orjson.dumps(array[at : at + step], option=orjson.OPT_SERIALIZE_NUMPY)[1:-1]
    yield b"]"


@lru_cache
def _field(name: str) -> re.Pattern[bytes]:
    return re.compile(rb'"%s"\s*:\s*\[' % name.encode())


@lru_cache
def _end_of_row(axes: int) -> re.Pattern[bytes]:
    """Where a row of so many axes ends and another follows."""
    return re.compile(rb"\s*".join([*[rb"\]"] * axes, b","]))


def _slices(text: bytes, start: int, end: int) -> Iterator[bytes]:
    """Those of the array from the bracket at `start` to that at `end`, cut where rows like the first one end."""
    opening = _OPENING.match(text, start, start + NEAR_BYTES)
    row_end = _end_of_row(opening[0].count(b"[") - 1 if opening else 0)
    at = start + 1
    while at <= end:
        found = row_end.search(text, at + SLICE_BYTES, end)
        cut = found.end() - 1 if found else end
        yield b"[%b]" % text[at:cut]
        at = cut + 1
