"""What running a graph costs, as it was measured when the graph was loaded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds for a run, and for each row in it."""

    per_run: float
    per_row: float

    def seconds(self, rows: int) -> float:
        """The expected duration of one run with so many rows."""
        return self.per_run + self.per_row * rows

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.per_run + other.per_run, self.per_row + other.per_row)
