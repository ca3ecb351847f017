"""What has been taken on and is not done: what waits for a thread or a shared run, and what is in one."""

from __future__ import annotations

from math import inf

ALWAYS_TAKEN = 8
"""So many requests may be in hand whatever they cost: the last takes less than ten times as long as one alone."""


class Backlog:
    """Counts `requests`, the `rows` in them, and the `seconds` that they are expected to take.

    It belongs to one event loop. It is full when there are ALWAYS_TAKEN requests and more to do than `limit` seconds.
    What counts is how much there is already, and never how much somebody brings: otherwise single rows would fit where
    no batch does, and a batch larger than the limit would never fit.
    """

    __slots__ = ("limit", "requests", "rows", "seconds")

    def __init__(self, limit: float = inf) -> None:
        self.limit = limit
        self.requests = self.rows = 0
        self.seconds = 0.0

    @property
    def is_full(self) -> bool:
        """Is there enough to do?"""
        return self.requests >= ALWAYS_TAKEN and self.seconds > self.limit

    def add(self, rows: int, seconds: float) -> None:
        """A request has been taken on."""
        self.requests += 1
        self.rows += rows
        self.seconds += seconds

    def remove(self, rows: int, seconds: float) -> None:
        """The same request is done."""
        self.requests -= 1
        self.rows -= rows
        self.seconds = self.seconds - seconds if self.requests else 0.0  # what is left of rounding must not add up
