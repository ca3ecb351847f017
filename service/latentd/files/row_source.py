"""Where rows come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentd.errors import FileRowInvalidError, ValueNonFiniteError, ValueRangeError
from latentd.inference.arrays import FloatArray
from latentd.inference.rows import RowSpec

Labels = NDArray[Any]
"""[n]: whole numbers or text, one for each row."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that follow each other: `values` [n, D] of any real dtype, and their labels, where the file has some."""

    values: NDArray[Any]
    labels: Labels | None = None


class RowSource(ABC):
    """A file or a folder of rows, none of which is read before `batches` comes to it.

    `leading` is the shape that the answer mirrors, where the file has one; else it is None.
    """

    def __init__(self, path: Path, spec: RowSpec, leading: tuple[int, ...] | None = None) -> None:
        self.path = path
        self.spec = spec
        self.leading = leading

    @property
    @abstractmethod
    def rows(self) -> int:
        """How many rows there are; an estimate where only reading them all would tell."""

    @abstractmethod
    def batches(self, size: int) -> Iterator[Batch]:
        """The rows in order, at most `size` at a time. Raises FileError."""

    def place(self, row: int) -> str:
        """Where a row is found; rows count from 0, as numpy has it."""
        return f"row {row}"

    def take(self, values: NDArray[Any], first: int) -> FloatArray:
        """Rows [n, D] as the model takes them; `first` is the number of the first. Bytes are scaled as over HTTP.

        Raises FileRowInvalidError, which names the first row that is not finite or not within the value range.
        """
        values = self.spec.from_bytes(values) if values.dtype == np.uint8 else values
        try:
            return self.spec.take(values)[0]
        except (ValueNonFiniteError, ValueRangeError) as error:
            row, column = (int(index) for index in error.pointer.split("/")[2:])
            expected, _, _ = str(error).partition(";")
            found = f"{expected}; got {values[row, column]} at column {column}"
            raise FileRowInvalidError(self.path, f"{self.place(first + row)}: {found}") from None
