"""How latentd answers while it is asked four times as much as it can do.

    python -m benchmarks.overload [--seconds 5] [--models small larger]

A server runs on one core, the crowd on another. For each kind of load: what the server can do at most (clients that ask
again at once), how long it takes with a tenth of that, what becomes of four times as much while health and metrics are
asked too, and how soon afterwards it is as fast as before. The small model is as large as ae-mnist's encoder.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import quantiles

import numpy as np

from benchmarks.cores import Cores
from benchmarks.exchange import Answer, Array, Exchange, Request
from benchmarks.larger_model import LARGER
from benchmarks.open_loop import Crowd, Kind, crowd
from benchmarks.progress import tell
from benchmarks.running import running
from benchmarks.servers import latentd
from bundles import write_bundle

MODELS = {"small": replace(LARGER, name="small", hidden=(64,), latent_dim=2), "larger": LARGER}
BINARY = "application/octet-stream"
TIMES, SHARE = 4, 0.1
CLIENTS = {1: 64, 64: 16}
WINDOW, WINDOWS, SPEED = 0.25, 8, 0.8
LOADS = {"1 row": {1: 1.0}, "64 rows": {64: 1.0}, "both": {64: 0.95, 1: 0.05}}
"""Which part of the work the requests of so many rows are."""


@dataclass(frozen=True)
class Found:
    """What came of one load. Latencies are medians and 99th percentiles in seconds, by the rows in a request."""

    unloaded: dict[int, tuple[float, float]]
    accepted: dict[int, tuple[float, float]]
    shares: dict[int, float]
    work: float
    failures: list[str]
    slowest_watch: float
    recovered: float | None

    def ratio(self, rows: int) -> float:
        """The 99th percentile of what was accepted, to that without load."""
        return self.accepted[rows][1] / self.unloaded[rows][1]


def measure(port: int, requests: dict[int, bytes], parts: dict[int, float], seconds: float) -> Found:
    """One load on a server that listens there; `requests` by their rows."""
    with crowd(port) as people:
        most = {rows: _most(people, requests[rows], rows, seconds / 2) for rows in parts}
        rates = {rows: most[rows] * part for rows, part in parts.items()}
        calm = people.run([Kind(requests[rows], SHARE * rate) for rows, rate in rates.items()], 2 * seconds)
        stormy = people.run(
            [Kind(requests[rows], TIMES * rate) for rows, rate in rates.items()] + _watch(port), seconds
        )
        recovered = _recovered(people, requests, most)
    loaded = dict(zip(rates, stormy, strict=False))
    return Found(
        {rows: percentiles(each.accepted) for rows, each in zip(rates, calm, strict=True)},
        {rows: percentiles(each.accepted) for rows, each in loaded.items()},
        {rows: len(each.accepted) / (len(each.accepted) + len(each.refused)) for rows, each in loaded.items()},
        sum(len(each.accepted) / seconds / most[rows] for rows, each in loaded.items()),
        [fault for each in (*calm, *stormy) for fault in each.faults()],
        max(max(each.accepted) for each in stormy[len(rates) :]),
        recovered,
    )


def _most(people: Crowd, request: bytes, rows: int, seconds: float) -> float:
    people.saturate([request], seconds / 2, CLIENTS[rows])
    return len(people.saturate([request], seconds, CLIENTS[rows])[0].accepted) / seconds


def _watch(port: int) -> list[Kind]:
    return [
        Kind(Request("GET", path).bytes_for(port), rate) for path, rate in (("/health/ready", 10.0), ("/metrics", 2.0))
    ]


def _recovered(people: Crowd, requests: dict[int, bytes], most: dict[int, float]) -> float | None:
    """Within how many seconds the server is as fast as before, to within a fifth; None where it never is."""
    rows = max(most)
    for number in range(WINDOWS):
        rate = len(people.saturate([requests[rows]], WINDOW, CLIENTS[rows])[0].accepted) / WINDOW
        if rate >= SPEED * most[rows]:
            return WINDOW * (number + 1)
    return None


def percentiles(latencies: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile."""
    cuts = quantiles(latencies, n=100, method="inclusive")
    return cuts[49], cuts[98]


def exchange_of(model: str, rows: int) -> Exchange:
    """POST /encode with so many rows, both ways binary, to a made-up model."""
    inputs = MODELS[model].inputs(rows)
    headers = {"Content-Type": BINARY, "Accept": BINARY}
    request = Request("POST", f"/encode?model={model}", inputs.tobytes(), headers)
    return Exchange(request, _read_floats, MODELS[model].encode(inputs), 1e-3)


def _read_floats(answer: Answer) -> Array:
    return np.frombuffer(answer.body, "<f4")


HEADER = """\
| model, load | rows | p50, p99 without load, ms | p50, p99 of the accepted, ms | p99 to that | accepted | work done | \
failed | slowest health, metrics, ms | full speed after, s |
|---|---|---|---|---|---|---|---|---|---|"""


def table_lines(name: str, found: Found) -> list[str]:
    """A line for each kind of request."""
    after = "never" if found.recovered is None else f"{found.recovered:.2f}"
    return [
        f"| {name} | {rows} | {_milliseconds(found.unloaded[rows])} | {_milliseconds(found.accepted[rows])} "
        f"| {found.ratio(rows):.1f}× | {found.shares[rows]:.0%} | {found.work:.0%} | {len(found.failures)} "
        f"| {1000 * found.slowest_watch:.0f} | {after} |"
        for rows in found.accepted
    ]


def _milliseconds(latencies: tuple[float, float]) -> str:
    return ", ".join(f"{1000 * each:.1f}" for each in latencies)


def main() -> None:
    """Measure the loads on each model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--models", nargs="*", default=list(MODELS), choices=list(MODELS))
    options = parser.parse_args()
    cores, lines = Cores.choose(), []
    with tempfile.TemporaryDirectory(prefix="latentd-overload-") as folder:
        for model in options.models:
            write_bundle(Path(folder) / model, MODELS[model])
            first = exchange_of(model, 1)
            with running(latentd(Path(folder) / model), (cores.server,), first, Path(folder) / "log") as server:
                cores.pin_client()
                requests = {rows: exchange_of(model, rows).request.bytes_for(server.port) for rows in CLIENTS}
                for load, parts in LOADS.items():
                    lines += table_lines(f"{model}, {load}", measure(server.port, requests, parts, options.seconds))
                    tell(lines[-1])
    sys.stdout.write("\n".join([HEADER, *lines, ""]))


if __name__ == "__main__":
    main()
