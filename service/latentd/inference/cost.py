"""What running a graph costs, as it was measured when the graph was loaded."""

from __future__ import annotations

from dataclasses import dataclass

INLINE_SECONDS = 0.001
"""Shorter work runs on the event loop: a thread would cost more, and nobody is held up for long."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds for a run, and for each row in it."""

    per_run: float
    per_row: float

    def seconds(self, rows: int) -> float:
        """The expected duration of one run with so many rows."""
        return self.per_run + self.per_row * rows

    def is_short(self, rows: int) -> bool:
        """May one run with so many rows be done on the event loop?"""
        return self.seconds(rows) < INLINE_SECONDS

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.per_run + other.per_run, self.per_row + other.per_row)
