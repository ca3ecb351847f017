"""A .npy file: one array."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from pathlib import Path

import numpy as np

from latentd.errors import FileRowInvalidError, ShapeMismatchError
from latentd.files.npy_stream import NpyReader, NpyWriter
from latentd.files.row_sink import LABELS, Columns, Plan, RowSink
from latentd.files.row_source import Batch, RowSource
from latentd.inference.arrays import FloatArray
from latentd.inference.rows import RowSpec
from latentd.wire.npy_body import REAL_KINDS

_BLOCK_BYTES = 16 * 1024 * 1024


class NpySource(RowSource):
    """Rows [..., D], or pictures, whose leading shape the answer mirrors."""

    def __init__(self, path: Path, spec: RowSpec) -> None:
        with path.open("rb") as file:
            reader = NpyReader(file, path.stat().st_size, path, REAL_KINDS)
        super().__init__(path, spec, leading_shape(path, reader.shape, spec))
        if len(self.leading or ()) > 1:
            reader.refuse_columns()

    @property
    def rows(self) -> int:
        """As many as the header says."""
        assert self.leading is not None, "an array has one"
        return prod(self.leading)

    def batches(self, size: int) -> Iterator[Batch]:
        """Straight from the file into the arrays."""
        with self.path.open("rb", buffering=0) as file:
            reader = NpyReader(file, self.path.stat().st_size, self.path, REAL_KINDS)
            rows = self._by_columns(reader, size) if reader.by_columns else self._by_rows(reader, size)
            yield from map(Batch, rows)

    def _by_rows(self, reader: NpyReader, size: int) -> Iterator[np.ndarray]:
        return read_rows(reader, self.rows, self.spec.dim, size)

    def _by_columns(self, reader: NpyReader, size: int) -> Iterator[np.ndarray]:
        return read_columns(reader, self.rows, reader.shape[len(self.leading or ()) :], size)


def leading_shape(path: Path, shape: tuple[int, ...], spec: RowSpec) -> tuple[int, ...]:
    """The leading axes of an array of rows. Raises FileRowInvalidError where it holds none that the model takes."""
    try:
        return spec.leading_shape(shape)
    except ShapeMismatchError as error:
        raise FileRowInvalidError(path, str(error)) from None


def read_rows(reader: NpyReader, rows: int, dim: int, size: int) -> Iterator[np.ndarray]:
    """Rows [n, dim], at most `size` at a time."""
    for first in range(0, rows, size):
        values = np.empty((min(size, rows - first), dim), reader.dtype)
        reader.read(values)
        yield values


def read_columns(reader: NpyReader, rows: int, row_shape: tuple[int, ...], size: int) -> Iterator[np.ndarray]:
    """Rows [n, D], at most `size` at a time, of an array [rows, *row_shape] that lies column by column.

    Of every column a piece is read, so that they make up some thousands of rows.
    """
    places = np.arange(prod(row_shape)).reshape(row_shape, order="F").ravel()
    fitting = _BLOCK_BYTES // (len(places) * reader.dtype.itemsize)
    step = size * max(1, fitting // size)
    for first in range(0, rows, step):
        block = np.empty((len(places), min(step, rows - first)), reader.dtype)
        for place, values in zip(places.tolist(), block, strict=True):
            reader.read_at(place * rows + first, values)
        yield from (block.T[start : start + size] for start in range(0, block.shape[1], size))


class NpySink(RowSink):
    """The first column that is not of labels, in the leading shape of what was read."""

    def __init__(self, path: Path, plan: Plan) -> None:
        super().__init__(path, plan)
        self._file = path.open("wb")
        self._writer = NpyWriter(self._file, plan.leading)

    def write(self, columns: Columns, inputs: FloatArray) -> None:  # noqa: ARG002 - for pictures alone
        """Append that column."""
        self._writer.append(next(values for name, values in columns.items() if name != LABELS))

    def finish(self) -> None:
        """Make the header true."""
        self._writer.finish()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
