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

MOST_AXES = 64
"""No body may nest deeper, whatever the limits are set to; what does, is for the parser to refuse."""

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
    opening = _OPENING.match(text, start, start + NEAR_BYTES)
    axes = opening[0].count(b"[") - 1 if opening else 0
    rest = text[: start + 1] + text[end:]
    if end - start < SLICE_BYTES or axes >= MOST_AXES or rest.count(b'"%s"' % name.encode()) != 1 or b"\\" in rest:
        return None
    return rest, _slices(text, start, end, axes)


def count(text: bytes, character: bytes) -> int:
    """How often it is in the text."""
    codes, code = np.frombuffer(text, np.uint8), character[0]
    return sum(int(np.count_nonzero(codes[at : at + LARGE_BYTES] == code)) for at in range(0, len(codes), LARGE_BYTES))


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
    """Where a row of so many axes ends and another follows.

    It begins in front of the brackets, or in a run of them each one would be tried with all that follow it.
    """
    return re.compile(rb"\s*".join([*([rb"[^\]\s]"] if axes else []), *[rb"\]"] * axes, b","]))


def _slices(text: bytes, start: int, end: int, axes: int) -> Iterator[bytes]:
    """Those of the array from the bracket at `start` to that at `end`, cut where rows of so many axes end."""
    row_end = _end_of_row(axes)
    at = start + 1
    while at <= end:
        near = text.find(b"]" if axes else b",", at + SLICE_BYTES, end)  # the pattern takes far longer to get there
        found = row_end.search(text, near - 1, end) if near >= 0 else None
        cut = found.end() - 1 if found else end
        yield b"[%b]" % text[at:cut]
        at = cut + 1
