"""What latentd is meant to reach, and whether it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from benchmarks.cases import BINARY_1, BINARY_64, CASES, JSON_1, JSON_64, Case
from benchmarks.findings import Findings
from benchmarks.results import Load, Spread
from benchmarks.servers import CEILING, ENCODE, FORTY_LINES, INFER, LATENTD
from benchmarks.triton import TRITON_FACES

NOISE = 0.05  # what two measurements of the same thing may differ by


@dataclass(frozen=True)
class Verdict:
    """A target, what was found (a ratio, sample by sample), and whether its median is on the right side."""

    target: str
    bound: str
    found: Spread
    met: bool


RATES = (
    (JSON_1, TRITON_FACES, 2.0),
    (JSON_1, (FORTY_LINES,), 3.5),
    (JSON_64, TRITON_FACES, 4.0),
    (JSON_64, (FORTY_LINES,), 10.0),
    (BINARY_1, TRITON_FACES, 2.0),
    (BINARY_64, TRITON_FACES, 1.5),
    (BINARY_64, (CEILING,), 0.75),
)
"""Of the rates of `/encode` and of `/v2` infer: the case, whom they are compared with, and the least ratio."""


def judge(findings: Findings) -> list[Verdict]:
    """A verdict on every target that has been measured."""
    return [*_rates(findings), *_steadiness(findings), *_starts(findings), *_workers(findings), *_batching(findings)]


def _at_least(target: str, found: Spread, bound: float) -> Verdict:
    return Verdict(target, f"≥ {bound:g}×", found, met=found.median >= bound)


def _at_most(target: str, found: Spread, bound: float) -> Verdict:
    return Verdict(target, f"≤ {bound:g}×", found, met=found.median <= bound)


def _rates(findings: Findings) -> Iterator[Verdict]:
    for case, others, bound in RATES:
        if (other := _fastest(findings, others, case)) is None:
            continue
        for face in (ENCODE.name, INFER.name):
            if own := findings.rates.of(face, case.name):
                ratio = _ratio(own, findings.rates.of(other, case.name), attrgetter("rate"))
                yield _at_least(f"{case.name}: rate of {face} to that of {other}", ratio, bound)


def _fastest(findings: Findings, faces: Sequence[str], case: Case) -> str | None:
    """Whoever of them does best; where a server was set up in several ways, that is the one that counts."""
    timed = {face: rate.median for face in faces if (rate := findings.rate(face, case.name))}
    return max(timed, key=timed.__getitem__) if timed else None


def _steadiness(findings: Findings) -> Iterator[Verdict]:
    for face in (ENCODE.name, INFER.name):
        for case in CASES:
            if loads := findings.steady.get((face, case.name)):
                ratio = Spread.of(load.p99 / load.p50 for load in loads)
                yield _at_most(f"{case.name}: p99 of {face} at half rate, to its median", ratio, 3.0)


def _starts(findings: Findings) -> Iterator[Verdict]:
    own, other = findings.starts.get(LATENTD), findings.starts.get(FORTY_LINES)
    if own and other:
        ready = Spread.of_ratios([start.ready_after for start in own], [start.ready_after for start in other])
        yield _at_most("time from start to first answer, to that of the forty lines", ready, 1.2)
        memory = Spread.of_ratios([start.pss for start in own], [start.pss for start in other])
        yield _at_most("memory (PSS) of one worker, to that of the forty lines", memory, 1.1)


def _workers(findings: Findings) -> Iterator[Verdict]:
    for case in (JSON_1, BINARY_1):
        if findings.workers:
            pair = (findings.workers[2, case.name], findings.workers[1, case.name])
            ratio = _ratio(*pair, attrgetter("cpu_a_request"))
            yield _at_most(f"{case.name}: processor time a request of two workers, to that of one", ratio, 1.05)


def _batching(findings: Findings) -> Iterator[Verdict]:
    loads = findings.batching
    if loads:
        rate = _ratio(loads[True, 64], loads[False, 64], attrgetter("rate"))
        yield _at_least("larger model, 64 clients: rate with batching, to that without", rate, 2.0)
        lone = _ratio(loads[True, 1], loads[False, 1], attrgetter("p50"))
        yield _at_most("larger model, 1 client: latency with batching, to that without", lone, 1 + NOISE)


def _ratio(own: Sequence[Load], others: Sequence[Load], quantity: Callable[[Load], float]) -> Spread:
    return Spread.of_ratios([quantity(load) for load in own], [quantity(load) for load in others])
