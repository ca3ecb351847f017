"""Everything that one run of the benchmarks has found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.batching import Loads as BatchingLoads
from benchmarks.rates import Rates
from benchmarks.results import Load, Spread, Start
from benchmarks.servers import Face
from benchmarks.site import Plan
from benchmarks.workers import Loads as WorkerLoads


@dataclass(frozen=True)
class Findings:
    """What has been measured, and of whom; what has not been measured is empty."""

    plan: Plan
    faces: Sequence[Face]
    rates: Rates
    model_seconds: dict[str, float]
    """For each case and view, how long the model itself takes for such a request, without HTTP."""
    starts: dict[str, list[Start]] = field(default_factory=dict)
    steady: dict[tuple[str, str], list[Load]] = field(default_factory=dict)
    workers: WorkerLoads = field(default_factory=dict)
    batching: BatchingLoads = field(default_factory=dict)

    def rate(self, face: str, case: str) -> Spread | None:
        """Answers a second; None where the face does not take the case, or has not been timed."""
        loads = self.rates.of(face, case)
        return Spread.of(load.rate for load in loads) if loads else None

    def disturbance(self) -> Spread:
        """The share of the server's core that anything but the measured server used, over all loads of wrk."""
        return Spread.of(load.disturbance for loads in self.rates.loads.values() for load in loads)
