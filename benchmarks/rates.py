"""How many answers a second, and what each costs: all servers in turn, in several rounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.cases import CASES, VIEWS, Asked
from benchmarks.exchange import WrongAnswerError
from benchmarks.progress import tell
from benchmarks.results import Load
from benchmarks.running import Running, ServerLostError
from benchmarks.servers import ENCODE, Face, Server
from benchmarks.site import Site, rotated, warm_up


@dataclass
class Rates:
    """For each face and case, by their names, one load a round; and why a face has not been timed."""

    loads: dict[tuple[str, str], list[Load]] = field(default_factory=lambda: defaultdict(list))
    faults: dict[str, str] = field(default_factory=dict)

    def of(self, face: str, case: str) -> list[Load]:
        """The loads; none where the face does not take the case, or where a fault makes its figures worthless."""
        return [] if face in self.faults else self.loads.get((face, case), [])

    def blame(self, face: str, error: Exception) -> None:
        """Note why the face is not timed."""
        self.faults[face] = str(error)
        tell(f"{face} is not timed: {error}")


@dataclass(frozen=True)
class Round:
    """One turn over all servers, each a process that has been started for it."""

    site: Site
    turn: int
    faces: Sequence[Face]
    rates: Rates
    up: dict[str, Running] = field(default_factory=dict)

    def start(self, stack: ExitStack, server: Server) -> None:
        """Start the server, then verify and warm up what it will be asked."""
        own = [face for face in self.faces if face.server == server.name]
        try:
            self.up[server.name] = stack.enter_context(self.site.serving(server, own[0]))
        except ServerLostError as error:
            for face in own:
                self.rates.blame(face.name, error)
        else:
            for face in own:
                self._prepare(face)

    def _prepare(self, face: Face) -> None:
        try:
            for asked in questions(face):
                warm_up(self.up[face.server], self.site.exchange(face, asked))
        except (OSError, WrongAnswerError) as error:
            self.rates.blame(face.name, error)

    def ask(self, asked: Asked) -> None:
        """Load each server with this, one soon after the other."""
        able = [face for face in self.faces if asked in questions(face) and face.name not in self.rates.faults]
        for face in rotated(able, self.turn):
            try:
                load = self.site.wrk().run(self.up[face.server], self.site.exchange(face, asked).request)
            except WrongAnswerError as error:
                self.rates.blame(face.name, error)
            else:
                self.rates.loads[face.name, asked.name].append(load)
                tell(f"round {self.turn + 1}: {asked.name}: {face.name}: {load.rate:,.0f}/s")


def measure_rates(site: Site, servers: Sequence[Server], faces: Sequence[Face]) -> Rates:
    """Start all servers anew for each round, and ask them case by case. Who has a fault once is not asked again."""
    rates = Rates()
    for turn in range(site.plan.rounds):
        now = Round(site, turn, faces, rates)
        with ExitStack() as stack:
            for server in rotated(servers, turn):
                now.start(stack, server)
            for asked in (*CASES, *VIEWS):
                now.ask(asked)
    return rates


def questions(face: Face) -> tuple[Asked, ...]:
    """What the face is asked."""
    return (*face.cases, *VIEWS) if face == ENCODE else tuple(face.cases)
