"""How long the phases of one request took."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, TypeVar

from latentd.inference.arrays import FloatArray

Phase = Literal["read", "queue", "run", "write"]
PHASES: tuple[Phase, ...] = ("read", "queue", "run", "write")
"""Reading the body once it has come; waiting for a thread; the graphs; writing the answer."""

Result = TypeVar("Result")


class Stopwatch:
    """One request, from when its body had come. Each phase ends where `end` names it, and the next begins there."""

    __slots__ = ("_last", "_waited", "leads", "phases", "run_rows", "start")

    def __init__(self) -> None:
        self.start = self._last = time.perf_counter_ns()
        self.phases: dict[Phase, int] = {}
        self.run_rows, self.leads = 0, True
        self._waited = 0

    def restart(self) -> None:
        """Begin anew, before any phase has ended."""
        self._last = time.perf_counter_ns()
        self.start = self._last - self._waited

    def has_waited(self, seconds: float) -> None:
        """It was here before; that is a part of the phase `queue`."""
        self._waited = int(seconds * 1e9)
        self.start -= self._waited

    def begin_run(self, rows: int, *, leads: bool = True) -> None:
        """The graphs begin to run with so many rows, some of which may be other requests'; one of these `leads`."""
        self.end("queue")
        self.phases["queue"] += self._waited
        self._waited = 0
        self.run_rows, self.leads = rows, leads

    def begin_again(self, rows: int) -> None:
        """A shared run has failed, and the graphs run anew for this request alone: the time up to now was waiting."""
        waited = self.phases["queue"]
        self.begin_run(rows)
        self.phases["queue"] += waited

    def time(self, work: Callable[[FloatArray], Result], rows: FloatArray) -> Result:
        """Give `work(rows)`, a run of this request alone."""
        self.begin_run(len(rows))
        result = work(rows)
        self.end("run")
        return result

    def end(self, phase: Phase) -> None:
        """The phase that has just ended."""
        now = time.perf_counter_ns()
        self.phases[phase] = now - self._last
        self._last = now

    @property
    def ns(self) -> int:
        """Nanoseconds since the start."""
        return time.perf_counter_ns() - self.start
