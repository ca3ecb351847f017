"""An operator at work: what it takes, in the words in which its rule asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from latentd.bundle.graph.model import Node
from latentd.bundle.graph.sized import MOST_KNOWN, Known, Shape, Sized


@dataclass(frozen=True, slots=True)
class Call:
    """A node with the tensors that it takes, None for those that are left out."""

    node: Node
    inputs: tuple[Sized | None, ...]

    def takes(self, place: int) -> bool:
        return place < len(self.inputs) and self.inputs[place] is not None

    def input(self, place: int = 0) -> Sized:
        """The tensor at that place. Raises ValueError where there is none."""
        found = self.inputs[place] if place < len(self.inputs) else None
        if found is None:
            raise ValueError(f"it lacks its input {place}")
        return found

    def shape(self, place: int = 0) -> Shape:
        return self.input(place).shape

    def all(self) -> list[Sized]:
        """All that it takes, in their order."""
        return [self.input(place) for place in range(len(self.inputs))]

    def known(self, place: int) -> Known:
        """The numbers at that place. Raises ValueError where they are found out only when the graph runs."""
        found = self.input(place).known
        if found is None:
            raise ValueError("the size of what it gives is not known before it runs")
        return found

    def integers(self, name: str, place: int | None = None) -> list[int] | None:
        """Whole numbers in an attribute or at a place, as the operator's version has it; None where in neither."""
        found = self.node.attributes.get(name)
        if isinstance(found, list):
            if len(found) > MOST_KNOWN:
                raise ValueError(f"its {name} are {len(found)} numbers; at most {MOST_KNOWN} are looked at")
            return [int(number) for number in found]
        if place is None or not self.takes(place):
            return None
        known = self.known(place)
        if known.dtype.kind != "i":
            raise ValueError(f"its {name} are no whole numbers")
        return [int(number) for number in known.ravel()]

    def integer(self, name: str, default: int) -> int:
        found = self.node.attributes.get(name, default)
        if not isinstance(found, int):
            raise ValueError(f"its {name} is no whole number")  # noqa: TRY004 - it is the bundle that is wrong
        return found

    def text(self, name: str, default: str = "") -> str:
        found = self.node.attributes.get(name)
        return found.decode("utf-8", "replace") if isinstance(found, bytes) else default

    def axis(self, number: int, axes: int) -> int:
        """An axis of so many, which may be counted from the end. Raises ValueError where there is none."""
        if not -axes <= number < axes:
            raise ValueError(f"it asks for the axis {number} of {axes}")
        return number % axes

    def axes(self, found: Sequence[int], axes: int) -> set[int]:
        return {self.axis(number, axes) for number in found}


def whole(shape: Sequence[int]) -> Sized:
    """Few whole numbers, as they say shapes."""
    return Sized.of(np.array(shape, np.int64))


def replaced(shape: Shape, axis: int, *by: int) -> Shape:
    """A shape with other lengths in the place of one axis."""
    return (*shape[:axis], *by, *shape[axis + 1 :])


def broadcast(*shapes: Shape) -> Shape:
    """The shape of an elementwise operation. Raises ValueError where they do not fit."""
    longest = max(map(len, shapes), default=0)
    aligned = [(1,) * (longest - len(shape)) + shape for shape in shapes]
    return tuple(_common(lengths) for lengths in zip(*aligned, strict=True))


def _common(lengths: tuple[int, ...]) -> int:
    others = {length for length in lengths if length != 1}
    if len(others) > 1:
        raise ValueError(f"lengths of {sorted(others)} do not go together")
    return others.pop() if others else 1
