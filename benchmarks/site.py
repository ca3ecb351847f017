"""What every measurement needs: the cores, the rows that are sent, and what must come back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks.cases import JSON_1, Asked, Case
from benchmarks.cores import Cores
from benchmarks.dialects import view
from benchmarks.exchange import Exchange
from benchmarks.in_process import Floats, Truth
from benchmarks.running import Running, running
from benchmarks.servers import Face, Server
from benchmarks.wrk import Wrk

Item = TypeVar("Item")

CONNECTIONS = 16
WARMING = 20  # requests, one after another


@dataclass(frozen=True)
class Plan:
    """How much is measured: rounds over all servers, whole seconds of each load, starts of each server.

    `unbatched` is the setting that keeps latentd from batching what waits.
    """

    rounds: int = 5
    seconds: int = 2
    starts: int = 5
    unbatched: str = "LATENTD_BATCHING=false"


@dataclass(frozen=True)
class Site:
    """Where and with what it is measured."""

    plan: Plan
    cores: Cores
    models: Path
    rows: Floats
    truth: Truth
    logs: Path

    def exchange(self, face: Face, asked: Asked) -> Exchange:
        """What `face` is asked, and must answer."""
        return face.dialect(asked, self.rows, self.truth) if isinstance(asked, Case) else view(asked, self.truth)

    def serving(self, server: Server, face: Face) -> AbstractContextManager[Running]:
        """The server on its core, from the moment at which it answers `face`'s smallest question."""
        log = self.logs / f"{server.name.replace(' ', '-')}.log"
        return running(server, (self.cores.server,), self.exchange(face, JSON_1), log)

    def wrk(self, connections: int = CONNECTIONS) -> Wrk:
        """A load for as long as planned."""
        return Wrk(self.plan.seconds, connections, self.cores.server)


def rotated(items: Sequence[Item], steps: int) -> list[Item]:
    """The same in an order that begins elsewhere, so that nobody always goes first."""
    steps %= max(1, len(items))
    return [*items[steps:], *items[:steps]]


def warm_up(server: Running, exchange: Exchange) -> None:
    """Ask a few times. Raises WrongAnswerError for a wrong answer."""
    for _ in range(WARMING):
        exchange.verify(server.port)
