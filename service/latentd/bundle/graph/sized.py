"""What is known of a tensor before there is one: its shape, its type, and its numbers where they may say a shape."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.graph.message import Message

FLOAT, UINT8, INT32, INT64, BOOL = 1, 2, 6, 7, 9
INTEGERS = frozenset((2, 3, 4, 5, 6, 7, 12, 13, 21, 22))
"""The numbers that onnx.proto gives to types."""

MOST_KINDS = 40
_STRANGE = (8, 14, 15)
MOST_AXES = 16
MOST_KNOWN = 64
"""Shapes have few numbers; those of longer tensors are not looked at."""

_TYPES: dict[int, type[Any]] = {FLOAT: np.float32, INT32: np.int32, INT64: np.int64, BOOL: np.bool_}
_KINDS = {np.dtype(found): kind for kind, found in _TYPES.items()}
_DIMS, _DATA_TYPE, _FLOATS, _INT32S, _INT64S, _RAW = 1, 2, 4, 5, 7, 9
_TYPED = (4, 5, 6, 7, 0xA, 0xB)

Shape = tuple[int, ...]
Known = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Sized:
    """A tensor of that shape and of that type. `known` are its numbers, where they are few and follow from the file."""

    shape: Shape
    kind: int = FLOAT
    known: Known | None = None

    @classmethod
    def of(cls, known: Known) -> Sized:
        """One whose numbers are known; they are kept where they are few."""
        if known.dtype not in _KINDS:
            raise ValueError("numbers of different types do not go together")
        return cls(known.shape, _KINDS[known.dtype], known if known.size <= MOST_KNOWN else None)

    @property
    def count(self) -> int:
        return prod(self.shape)


def kind_of(number: int) -> int:
    """A type's number. Raises ValueError for texts, which take any room, and complex numbers, which take much.

    And for one that there is not, of which others might take the lower bits.
    """
    if not 0 <= number <= MOST_KINDS or number in _STRANGE:
        raise ValueError(f"a tensor is of the type {number}; expected numbers or truths")
    return number


def read_tensor(tensor: Message) -> Sized:
    """A tensor that lies in the file. Raises ValueError where it lies elsewhere, or is larger than what is there."""
    if 13 in tensor or tensor.integer(14):
        raise ValueError("weights lie outside of the file; they have to be in it")
    sized = Sized(tuple(tensor.integers(_DIMS)), kind_of(tensor.integer(_DATA_TYPE)))
    there = sum(tensor.size(number) for number in (_RAW, *_TYPED))
    if len(sized.shape) > MOST_AXES or min(sized.shape, default=0) < 0 or sized.count > 8 * there:
        raise ValueError(f"weights are said to be of the shape {_brief(sized.shape)}; {there} bytes are there")
    if sized.count > MOST_KNOWN or sized.kind not in _TYPES:
        return sized
    return Sized(sized.shape, sized.kind, _numbers_in(tensor, sized))


def _numbers_in(tensor: Message, sized: Sized) -> Known:
    wanted = np.dtype(_TYPES[sized.kind]).newbyteorder("<")
    raw = tensor.content(_RAW)
    if raw is not None and any(number in tensor for number in _TYPED):
        raise ValueError("it is no ONNX file: weights are given twice")
    try:
        found = np.frombuffer(raw, wanted) if raw is not None else np.array(_typed(tensor, sized.kind), wanted)
        return found.reshape(sized.shape).astype(_TYPES[sized.kind])
    except (ValueError, OverflowError):
        raise ValueError(f"weights of the shape {_brief(sized.shape)} have other numbers than that takes") from None


def _typed(tensor: Message, kind: int) -> list[int] | list[float]:
    if kind == FLOAT:
        return tensor.floats(_FLOATS)
    return tensor.integers(_INT64S if kind == INT64 else _INT32S)


def _brief(shape: Shape) -> str:
    return str(list(shape[:MOST_AXES]))[:80]
