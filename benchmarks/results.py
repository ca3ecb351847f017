"""What has been measured: samples, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Spread:
    """Samples of one quantity: their median, and from where to where they go."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, samples: Iterable[float]) -> Spread:
        """Raises StatisticsError where there are none."""
        values = list(samples)
        return cls(median(values), min(values), max(values))

    @classmethod
    def of_ratios(cls, samples: Sequence[float], others: Sequence[float]) -> Spread:
        """Of samples that were taken in pairs, one soon after the other, which a slow drift of the machine spares."""
        return cls.of(sample / other for sample, other in zip(samples, others, strict=True))


@dataclass(frozen=True)
class Load:
    """One run of wrk, or of the paced client.

    Times in seconds: `cpu` is what all the server's processes used meanwhile, `foreign` what others used of its core.
    `busiest` is the share of the server's processor time that its busiest process had.
    """

    requests: int
    seconds: float
    p50: float
    p99: float
    cpu: float
    foreign: float
    busiest: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds

    @property
    def cpu_a_request(self) -> float:
        """Processor seconds for an answer."""
        return self.cpu / self.requests

    @property
    def disturbance(self) -> float:
        """The share of the server's core that something else used."""
        return self.foreign / self.seconds


@dataclass(frozen=True)
class Start:
    """One start of a server: seconds until it had answered, and bytes (PSS) when it had worked for a while."""

    ready_after: float
    pss: int
