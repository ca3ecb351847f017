"""How long an answer takes where half as much is asked as could be answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from benchmarks.paced import Paced
from benchmarks.progress import tell
from benchmarks.rates import Rates, questions
from benchmarks.results import Load
from benchmarks.servers import Face, Server
from benchmarks.site import CONNECTIONS, Site, warm_up


def measure_steady(
    site: Site, server: Server, faces: Sequence[Face], rates: Rates
) -> dict[tuple[str, str], list[Load]]:
    """For each face of `server` and each case one load a round, at half of the median rate that was reached."""
    loads: dict[tuple[str, str], list[Load]] = defaultdict(list)
    with site.serving(server, faces[0]) as up:
        for turn in range(site.plan.rounds):
            for face in faces:
                for asked in questions(face):
                    if not (reached := rates.of(face.name, asked.name)):
                        continue
                    exchange = site.exchange(face, asked)
                    warm_up(up, exchange)
                    half = median(load.rate for load in reached) / 2
                    load = Paced(half, site.plan.seconds, CONNECTIONS, site.cores.server).run(up, exchange.request)
                    loads[face.name, asked.name].append(load)
                    spread = f"p50 {load.p50 * 1e6:,.0f} µs, p99 {load.p99 * 1e6:,.0f} µs"
                    tell(f"half rate, round {turn + 1}: {asked.name}: {face.name}: {load.rate:,.0f}/s, {spread}")
    return loads
