"""A model large enough to be worth batching, under many clients and under one, with batching and without."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack
from math import ceil
from pathlib import Path

from benchmarks.cases import BINARY_1, JSON_1
from benchmarks.larger_model import larger_model
from benchmarks.progress import tell
from benchmarks.results import Load
from benchmarks.running import running
from benchmarks.servers import ENCODE, UNREFUSED, latentd
from benchmarks.site import Site, rotated, warm_up

CLIENTS = (64, 1)

Loads = dict[tuple[bool, int], list[Load]]


def measure_batching(site: Site, folder: Path) -> Loads:
    """Loads by whether what waits is batched, and by the number of clients that each ask for one row at a time."""
    loads: Loads = defaultdict(list)
    models, truth = larger_model(folder, site.rows, site.truth)
    name, _, value = site.plan.unbatched.partition("=")
    settings = {True: UNREFUSED, False: {**UNREFUSED, name: value}}
    with ExitStack() as stack:
        up = {
            batched: stack.enter_context(
                running(
                    latentd(models, settings=settings[batched]),
                    (site.cores.server,),
                    ENCODE.dialect(JSON_1, site.rows, truth),
                    site.logs / f"batching-{batched}.log",
                )
            )
            for batched in (True, False)
        }
        exchange = ENCODE.dialect(BINARY_1, site.rows, truth)
        for turn in range(ceil(site.plan.rounds / 2)):
            for clients in CLIENTS:
                for batched in rotated([True, False], turn):
                    warm_up(up[batched], exchange)
                    load = site.wrk(clients).run(up[batched], exchange.request)
                    loads[batched, clients].append(load)
                    tell(f"larger model, {clients} clients, {'' if batched else 'not '}batched: {load.rate:,.0f}/s")
    return loads
