"""What has been asked of the service since it started: counts, rows and durations. Nothing but additions on the way."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from latentd.inference import Autoencoder
from latentd.inference.arrays import ErrorArray
from latentd.inference.stopwatch import PHASES, Phase, Stopwatch

NANOSECONDS = 1_000_000_000
DURATION_BOUNDS = tuple(
    int(seconds * NANOSECONDS)
    for seconds in (25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1.0)
)
ROW_BOUNDS = tuple(2**power for power in range(15))
ERROR_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
"""Between which of the held-out set's quantiles reconstruction errors are counted: drift shows where they move to."""


@dataclass(slots=True)
class Tally:
    """How often, and how much in all."""

    count: int = 0
    total: int = 0

    def add(self, amount: int) -> None:
        """Once more, that much."""
        self.count += 1
        self.total += amount


class Histogram:
    """How many values lie up to each of the bounds, and past the last; and their sum."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total: float = 0

    def add(self, value: float) -> None:
        """Once more, that much."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def add_all(self, values: ErrorArray) -> None:
        """Once for each of the values [N]. Those that are not finite count past the last bound, and add nothing."""
        places = np.bincount(np.searchsorted(self.bounds, values), minlength=len(self.counts))
        self.counts = (places + self.counts).tolist()
        self.total += float(values[np.isfinite(values)].sum())

    @property
    def count(self) -> int:
        """How many values there were."""
        return sum(self.counts)


def _durations() -> dict[Phase, Histogram]:
    return {phase: Histogram(DURATION_BOUNDS) for phase in PHASES}


def _tallies() -> dict[Phase, Tally]:
    return {phase: Tally() for phase in PHASES}


@dataclass(slots=True)
class GraphStatistics:
    """One graph of a model, or both: requests that it answered and that it refused, and the phases of the former.

    Durations are nanoseconds. `batches` holds the phases of each run, by the rows in it: those of the request that led.
    """

    success: Tally = field(default_factory=Tally)
    fail: Tally = field(default_factory=Tally)
    phases: dict[Phase, Histogram] = field(default_factory=_durations)
    batches: dict[int, dict[Phase, Tally]] = field(default_factory=dict)
    rows: Histogram = field(default_factory=lambda: Histogram(ROW_BOUNDS))
    last_ms: int = 0

    def succeed(self, rows: int, watch: Stopwatch) -> None:
        """A request of so many rows has been answered."""
        self.success.add(watch.ns)
        self.rows.add(rows)
        self.last_ms = time.time_ns() // 1_000_000
        for phase, ns in watch.phases.items():
            self.phases[phase].add(ns)
        if watch.leads:
            batch = self.batches.get(watch.run_rows)
            if batch is None:
                batch = self.batches[watch.run_rows] = _tallies()
            for phase, ns in watch.phases.items():
                batch[phase].add(ns)

    @property
    def runs(self) -> int:
        """How often the graphs ran for requests that were answered."""
        return sum(batch["run"].count for batch in self.batches.values())


class Statistics:
    """Everything by model, version and graph; what is no longer served stays.

    `requests` counts answers by route, model and status, whatever they were.
    """

    def __init__(self) -> None:
        self.graphs: dict[tuple[str, int, str], GraphStatistics] = {}
        self.errors: dict[tuple[str, int], Histogram] = {}
        self.requests: Counter[tuple[str, str, int]] = Counter()

    def of(self, model: Autoencoder, graph: str) -> GraphStatistics:
        """Those of a model's "encoder", its "decoder" or "both"; all zero where nothing has been asked of it yet."""
        key = (model.manifest.name, model.manifest.version, graph)
        found = self.graphs.get(key)
        if found is None:
            found = self.graphs[key] = GraphStatistics()
        return found

    def add_errors(self, model: Autoencoder, errors: ErrorArray) -> None:
        """The reconstruction errors [N] of a request."""
        key = (model.manifest.name, model.manifest.version)
        if key not in self.errors:
            self.errors[key] = Histogram(error_bounds(model))
        self.errors[key].add_all(errors)


def error_bounds(model: Autoencoder) -> tuple[float, ...]:
    """The held-out set's reconstruction errors at ERROR_LEVELS, each of them once."""
    quantiles = model.manifest.held_out.error_quantiles
    return tuple(sorted({quantiles[round(level * (len(quantiles) - 1))] for level in ERROR_LEVELS}))
