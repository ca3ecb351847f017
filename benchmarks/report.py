"""The findings in words and tables: what is printed, and what `results.md` says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter

from benchmarks.batching import CLIENTS
from benchmarks.cases import CASES, VIEWS
from benchmarks.findings import Findings
from benchmarks.results import Load, Spread
from benchmarks.servers import ENCODE
from benchmarks.table import NOTHING, in_units, number, table
from benchmarks.targets import judge
from benchmarks.workers import CASES as WORKER_CASES

MICRO, MEBI, PERCENT = 1e-6, 2**20, 0.01


def write_report(findings: Findings, machine: Mapping[str, str]) -> str:
    """All of it, in Markdown."""
    sections = [*_opening(findings, machine), *_rates(findings), *_views(findings), *_steady(findings)]
    sections += [*_starts(findings), *_workers(findings), *_batching(findings), *_verdicts(findings)]
    return "\n\n".join(sections) + "\n"


def _opening(findings: Findings, machine: Mapping[str, str]) -> Iterator[str]:
    yield "# Results\n\nWritten by the benchmarks; [docs/performance.md](../docs/performance.md) tells what they are."
    yield "\n".join(f"- {name}: {fact}" for name, fact in machine.items())
    plan = findings.plan
    yield (
        f"Rounds: {plan.rounds}, of {plan.seconds} s for each server and case, in alternation. Each figure is the "
        "median over the rounds, with the lowest and the highest in brackets."
    )
    if findings.rates.loads:
        disturbed = in_units(findings.disturbance(), PERCENT)
        yield f"While a server was measured, other work had {disturbed} % of its core: the less, the better."
    for face, reason in findings.rates.faults.items():
        yield f"**Not timed: {face}.** {reason.splitlines()[0]}"


def _rates(findings: Findings) -> Iterator[str]:
    yield "## Answers a second\n\n" + _by_case(findings, attrgetter("rate"))
    yield "## Processor time a request, µs\n\n" + _by_case(findings, attrgetter("cpu_a_request"), MICRO)
    yield "## Latency at the full rate, 16 connections: median, µs\n\n" + _by_case(findings, attrgetter("p50"), MICRO)
    yield "## Latency at the full rate, 16 connections: p99, µs\n\n" + _by_case(findings, attrgetter("p99"), MICRO)


def _by_case(findings: Findings, quantity: Callable[[Load], float], unit: float = 1.0) -> str:
    rows = [
        [face.name, *(_spread(findings.rates.of(face.name, case.name), quantity, unit) for case in CASES)]
        for face in findings.faces
    ]
    return table(["server", *(case.name for case in CASES)], rows)


def _spread(loads: list[Load], quantity: Callable[[Load], float], unit: float = 1.0) -> str:
    return in_units(Spread.of(map(quantity, loads)), unit) if loads else NOTHING


def _views(findings: Findings) -> Iterator[str]:
    rows = []
    for asked in (*CASES, *VIEWS):
        if loads := findings.rates.of(ENCODE.name, asked.name):
            model = findings.model_seconds[asked.name]
            share = Spread.of(model * load.rate for load in loads)
            cells = [_spread(loads, attrgetter("rate")), number(model / MICRO), in_units(share, PERCENT)]
            rows.append([asked.name, *cells])
    heads = ["latentd", "answers a second", "onnxruntime in-process, µs", "that is the model's share, %"]
    if rows:
        yield "## What the model takes of it\n\n" + table(heads, rows)


def _steady(findings: Findings) -> Iterator[str]:
    rows = [
        [f"{face}: {case}", *(_spread(loads, attrgetter(name), unit) for name, unit in _STEADY_COLUMNS)]
        for (face, case), loads in findings.steady.items()
    ]
    if rows:
        heads = ["server", *_STEADY_HEADS]
        yield "## Latency at half of that rate, evenly paced\n\n" + table(heads, rows)


_STEADY_HEADS = ("answers a second", "median, µs", "p99, µs", "other work on its core, %")
_STEADY_COLUMNS = (("rate", 1.0), ("p50", MICRO), ("p99", MICRO), ("disturbance", PERCENT))


def _starts(findings: Findings) -> Iterator[str]:
    rows = [
        [
            name,
            in_units(Spread.of(start.ready_after for start in starts)),
            in_units(Spread.of(start.pss for start in starts), MEBI),
        ]
        for name, starts in findings.starts.items()
    ]
    if rows:
        heads = ["server", "start to first answer, s", "memory (PSS), MiB"]
        yield "## Start and memory, each alone on the machine\n\n" + table(heads, rows)


def _workers(findings: Findings) -> Iterator[str]:
    rows = [
        [
            f"{case.name}, {count} worker{'s' * (count > 1)}",
            _spread(loads, attrgetter("cpu_a_request"), MICRO),
            _spread(loads, attrgetter("rate")),
            _spread(loads, attrgetter("busiest"), PERCENT),
        ]
        for case in WORKER_CASES
        for count in (1, 2)
        if (loads := findings.workers.get((count, case.name)))
    ]
    if rows:
        heads = ["latentd /encode", "processor time a request, µs", "answers a second", "the busiest process' share, %"]
        yield "## Two workers on two cores, one of which is also wrk's\n\n" + table(heads, rows)


def _batching(findings: Findings) -> Iterator[str]:
    rows = [
        [
            f"{clients} client{'s' * (clients > 1)}, {'batched' if batched else 'not batched'}",
            *(_spread(loads, attrgetter(name), unit) for name, unit in _STEADY_COLUMNS),
        ]
        for clients in CLIENTS
        for batched in (True, False)
        if (loads := findings.batching.get((batched, clients)))
    ]
    if rows:
        heads = ["784–2048–2048–32, binary, 1 row", *_STEADY_HEADS]
        yield "## A larger model\n\n" + table(heads, rows)


def _verdicts(findings: Findings) -> Iterator[str]:
    rows = [
        [verdict.target, verdict.bound, in_units(verdict.found), "met" if verdict.met else "NOT MET"]
        for verdict in judge(findings)
    ]
    if rows:
        yield "## Targets\n\n" + table(["target", "bound", "found", "verdict"], rows)
