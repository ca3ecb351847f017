"""How soon a server answers, and how much memory it then needs: each alone on the machine, in alternation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from benchmarks import process_tree
from benchmarks.cases import JSON_64
from benchmarks.exchange import WrongAnswerError
from benchmarks.progress import tell
from benchmarks.rates import Rates
from benchmarks.results import Start
from benchmarks.running import Running, ServerLostError
from benchmarks.servers import Face, Server
from benchmarks.site import CONNECTIONS, Site, rotated, warm_up
from benchmarks.wrk import Wrk

WORKING = 1  # seconds of load before memory is looked at


def measure_starts(
    site: Site, servers: Sequence[Server], faces: Sequence[Face], rates: Rates
) -> dict[str, list[Start]]:
    """Start each server several times. Those that have a fault, as `rates` knows or now learns, are left out."""
    starts: dict[str, list[Start]] = defaultdict(list)
    first = {face.server: face for face in reversed(faces)}
    for turn in range(site.plan.starts):
        for server in rotated(servers, turn):
            face = first[server.name]
            if face.name in rates.faults:
                continue
            try:
                start = _start(site, server, face)
            except (ServerLostError, WrongAnswerError) as error:
                rates.blame(face.name, error)
                starts.pop(server.name, None)
                continue
            starts[server.name].append(start)
            tell(f"start {turn + 1}: {server.name}: {start.ready_after:.2f} s, {start.pss / 2**20:.0f} MiB")
    return starts


def _start(site: Site, server: Server, face: Face) -> Start:
    with site.serving(server, face) as up:
        _work(site, up, face)
        return Start(up.ready_after, process_tree.pss_bytes(up.pid))


def _work(site: Site, server: Running, face: Face) -> None:
    """The case that needs most memory and that all servers take."""
    exchange = site.exchange(face, JSON_64)
    warm_up(server, exchange)
    Wrk(WORKING, CONNECTIONS, site.cores.server).run(server, exchange.request)
