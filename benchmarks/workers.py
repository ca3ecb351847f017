"""What a request costs where two workers share the port, beside what it costs where there is one."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack
from math import ceil

from benchmarks.cases import BINARY_1, JSON_1
from benchmarks.progress import tell
from benchmarks.results import Load
from benchmarks.running import running
from benchmarks.servers import ENCODE, latentd
from benchmarks.site import CONNECTIONS, Site, rotated, warm_up

CASES = (JSON_1, BINARY_1)

Loads = dict[tuple[int, str], list[Load]]


def measure_workers(site: Site) -> Loads:
    """Loads by the number of workers and the case's name, as many connections for each worker.

    Two workers have two cores; where the machine has no third, they share one of them with the load.
    """
    loads: Loads = defaultdict(list)
    cores = {1: (site.cores.server,), 2: site.cores.workers}
    with ExitStack() as stack:
        up = {
            count: stack.enter_context(
                running(
                    latentd(site.models, "--workers", str(count)),
                    cores[count],
                    site.exchange(ENCODE, JSON_1),
                    site.logs / f"workers-{count}.log",
                )
            )
            for count in (1, 2)
        }
        for turn in range(ceil(site.plan.rounds / 2)):
            for case in CASES:
                exchange = site.exchange(ENCODE, case)
                for count in rotated([1, 2], turn):
                    warm_up(up[count], exchange)
                    load = site.wrk(CONNECTIONS * count).run(up[count], exchange.request)
                    loads[count, case.name].append(load)
                    tell(f"{count} workers: {case.name}: {load.cpu_a_request * 1e6:.0f} µs of processor a request")
    return loads
