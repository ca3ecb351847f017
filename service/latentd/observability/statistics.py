"""What has been asked of the service since it started: counts, rows and durations. On the way little is done."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from latentd.inference import Autoencoder
from latentd.inference.arrays import ErrorArray
from latentd.inference.stopwatch import PHASES, Phase, Stopwatch

NANOSECONDS = 1_000_000_000
NOTED_AT_MOST = 512
DURATION_BOUNDS = tuple(
    int(seconds * NANOSECONDS)
    for seconds in (25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1.0)
)
EXACT_ROWS = 64
"""Up to so many rows in a run each number is told apart. Above, the next power of two stands for it."""
ROW_BOUNDS = tuple(2**power for power in range(15))
ERROR_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
"""Between which of the held-out set's quantiles reconstruction errors are counted: drift shows where they move to."""

IntArray = NDArray[np.int64]


@dataclass(slots=True)
class Tally:
    """How often, and how much in all."""

    count: int = 0
    total: int = 0

    def add(self, amount: int) -> None:
        """Once more, that much."""
        self.count += 1
        self.total += amount

    def add_all(self, amounts: IntArray) -> None:
        """Once for each of the amounts [N]."""
        self.count += len(amounts)
        self.total += int(amounts.sum())


class Histogram:
    """How many values lie up to each of the bounds, and past the last; and their sum."""

    __slots__ = ("_edges", "bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self._edges = np.array(self.bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total: float = 0

    def add_all(self, values: ErrorArray | IntArray) -> None:
        """Once for each of the values [N]. Those that are not finite count past the last bound, and add nothing."""
        places = np.bincount(np.searchsorted(self._edges, values), minlength=len(self.counts))
        self.counts = (places + self.counts).tolist()
        self.total += values[np.isfinite(values)].sum().item()

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

    Durations are nanoseconds. `batches` holds the phases of each run, by the rows in it as `size_class`
    tells them: those of the request that led.
    Answers are noted first and added up some hundreds at a time, which costs each of them a fraction; what has been
    added up so far is seen in `settled()`.
    """

    success: Tally = field(default_factory=Tally)
    fail: Tally = field(default_factory=Tally)
    phases: dict[Phase, Histogram] = field(default_factory=_durations)
    batches: dict[int, dict[Phase, Tally]] = field(default_factory=dict)
    rows: Histogram = field(default_factory=lambda: Histogram(ROW_BOUNDS))
    last_ms: int = 0
    _noted: list[tuple[int, ...]] = field(default_factory=list)

    def succeed(self, rows: int, watch: Stopwatch) -> None:
        """A request of so many rows has been answered."""
        took = watch.phases
        led = watch.run_rows if watch.leads else 0
        self._noted.append((time.time_ns(), watch.ns, rows, led, *(took.get(phase, 0) for phase in PHASES)))
        if len(self._noted) >= NOTED_AT_MOST:
            self.settled()

    def settled(self) -> Self:
        """These, with all that has been noted."""
        if self._noted:
            noted = np.array(self._noted)
            self._noted.clear()
            self._add_all(noted)
        return self

    def _add_all(self, noted: IntArray) -> None:
        times, durations, rows, led, *phases = noted.T
        sizes = size_class(led)
        self.last_ms = int(times[-1]) // 1_000_000
        self.success.add_all(durations)
        self.rows.add_all(rows)
        for phase, ns in zip(PHASES, phases, strict=True):
            self.phases[phase].add_all(ns)
            for size in np.unique(sizes[sizes > 0]).tolist():
                self.batches.setdefault(size, _tallies())[phase].add_all(ns[sizes == size])

    @property
    def runs(self) -> int:
        """How often the graphs ran for requests that were answered."""
        return sum(batch["run"].count for batch in self.batches.values())


def size_class(rows: IntArray) -> IntArray:
    """The rows [N] of runs as they are told: as they are up to EXACT_ROWS, and above as the next power of two."""
    powers = 2 ** np.ceil(np.log2(np.maximum(rows, 1))).astype(np.int64)
    return np.where(rows <= EXACT_ROWS, rows, powers)


class Statistics:
    """Everything by model, version and graph; what is no longer served stays.

    `requests` counts answers by route, model and status, whatever they were; `refused` by route those requests that
    were too many.
    """

    def __init__(self) -> None:
        self.graphs: dict[tuple[str, int, str], GraphStatistics] = {}
        self.errors: dict[tuple[str, int], Histogram] = {}
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.refused: Counter[str] = Counter()

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
