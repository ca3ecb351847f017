"""Labels that are text, on their way into an array, which needs to know the longest before it can begin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import numpy as np
import orjson

from latentd.files.npy_stream import NpyWriter
from latentd.files.row_source import Labels


class TextColumn:
    """Labels kept in `file` as lines of JSON, one for each batch, until they are all there."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._width = 1
        self._count = 0
        self._are_whole_numbers = True

    def append(self, labels: Labels) -> None:
        """Append labels [n]."""
        self._file.write(orjson.dumps(labels.tolist()) + b"\n")
        self._count += len(labels)
        self._width = max(self._width, labels.dtype.itemsize // np.dtype("U1").itemsize)
        self._are_whole_numbers = self._are_whole_numbers and _are_whole_numbers(labels)

    def finish(self) -> None:
        """Nothing: what was written is not what is copied."""

    def copy_to(self, target: IO[bytes]) -> None:
        """Write them as one npy array [N]: of int64 where every label is a whole number, else of text."""
        dtype = np.dtype(np.int64) if self._are_whole_numbers else np.dtype(f"U{self._width}")
        writer = NpyWriter(target, (self._count,))
        for labels in self._batches():
            writer.append(labels.astype(dtype))
        writer.finish()

    def _batches(self) -> Iterator[Labels]:
        self._file.seek(0)
        return (np.array(orjson.loads(line), np.str_) for line in self._file)


def _are_whole_numbers(labels: Labels) -> bool:
    """Are all of them written as int64 would be? `007` is not."""
    try:
        return bool((labels.astype(np.int64).astype(np.str_) == labels).all())
    except (ValueError, OverflowError):
        return False
