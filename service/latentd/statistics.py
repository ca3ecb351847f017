"""What the models have done since the service started: counts, and nanoseconds by phase."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from latentd.inference.stopwatch import PHASES, Phase, Stopwatch


@dataclass(slots=True)
class Tally:
    """How often, and how long in all."""

    count: int = 0
    ns: int = 0

    def add(self, ns: int) -> None:
        """Once more, that long."""
        self.count += 1
        self.ns += ns


def _tallies() -> dict[Phase, Tally]:
    return {phase: Tally() for phase in PHASES}


@dataclass(slots=True)
class ModelStatistics:
    """One model: requests that it answered and that it refused, rows, runs, and the phases of what it answered.

    `batches` holds the phases but the queue for each number of rows that came in one request.
    """

    success: Tally = field(default_factory=Tally)
    fail: Tally = field(default_factory=Tally)
    phases: dict[Phase, Tally] = field(default_factory=_tallies)
    batches: dict[int, dict[Phase, Tally]] = field(default_factory=dict)
    rows: int = 0
    last_ms: int = 0

    def succeed(self, rows: int, watch: Stopwatch) -> None:
        """A request of so many rows has been answered."""
        self.success.add(watch.ns)
        self.rows += rows
        self.last_ms = time.time_ns() // 1_000_000
        batch = self.batches.setdefault(rows, _tallies())
        for phase, ns in watch.phases.items():
            self.phases[phase].add(ns)
            batch[phase].add(ns)


class Statistics:
    """The statistics of every model by name and version; those of models that are no longer served stay."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str], ModelStatistics] = {}

    def of(self, name: str, version: str) -> ModelStatistics:
        """Those of one model; all zero where nothing has been asked of it yet."""
        return self._models.setdefault((name, version), ModelStatistics())
