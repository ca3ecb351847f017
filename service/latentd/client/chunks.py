"""Large arrays by rows: as many to a request as the server takes, and a few requests under way at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentd.client.errors import BodyTooLargeError, ProblemError, RowsTooManyError
from latentd.client.exchange import Exchange
from latentd.client.operation import Operation, Volley
from latentd.client.rows import Chunking, Rows, Values

Columns = Mapping[str, NDArray[Any]]
"""Results by name, one row [n, …] for each that was sent."""

Ask = Callable[[Values], Exchange[Columns]]
"""Asks the server about a chunk of rows [n, dim]."""

Progress = Callable[[int, int], object]
"""Told how many rows are done, and how many there are in all; what it gives may be awaited (AsyncLatentClient)."""


def in_chunks(rows: Rows, ask: Ask, chunking: Chunking, at_once: int, progress: Progress | None) -> Operation[Columns]:
    """What `ask` makes of all rows, in their leading shape."""
    gathering = Gathering(len(rows), progress)
    exchanges = (_ask_in_parts(ask, chunk, first, len(rows), chunking) for first, chunk in chunking.cut(rows.values))
    yield Volley(exchanges, gathering.take, 1 if len(rows) <= chunking.rows else at_once)
    return {name: rows.restore(column) for name, column in gathering.columns.items()}


class Gathering:
    """Columns of so many `rows` that are filled in as their parts come."""

    def __init__(self, rows: int, progress: Progress | None) -> None:
        self.columns: dict[str, NDArray[Any]] = {}
        self._rows = rows
        self._done = 0
        self._progress = progress

    def take(self, parts: list[Columns]) -> object:
        """Fill in the parts that come next, in order; give what the progress gives."""
        for part in parts:
            count = 0
            for name, values in part.items():
                count = len(values)
                if name not in self.columns:
                    self.columns[name] = np.empty((self._rows, *values.shape[1:]), values.dtype.newbyteorder("="))
                self.columns[name][self._done : self._done + count] = values
            self._done += count
        return self._progress(self._done, self._rows) if self._progress else None


def _ask_in_parts(ask: Ask, chunk: Values, first: int, total: int, chunking: Chunking) -> Exchange[list[Columns]]:
    """Ask about a chunk; where it is more than the server takes, about its halves."""
    waiting, found = deque([(first, chunk)]), []
    while waiting:
        start, rows = waiting.popleft()
        try:
            found.append((yield from ask(rows)))
        except (BodyTooLargeError, RowsTooManyError):
            if len(rows) == 1:
                raise
            chunking.lower(half := (len(rows) + 1) // 2)
            waiting.extendleft(reversed([*_halves(rows, start, half)]))
        except ProblemError as error:
            raise (error.moved(start, len(rows)) if len(rows) < total else error) from None
    return found


def _halves(rows: Values, start: int, half: int) -> Iterator[tuple[int, Values]]:
    yield start, rows[:half]
    yield start + half, rows[half:]
