"""Clients that ask again and again, most of them on one connection for as long as they may, and count every answer."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bundles import Blueprint
from servers import PATIENCE
from sockets import Answer, Client, request

REGULARS = 24
PAUSES = (0.001, 0.004, 0.02, 0.1, 0.5)
"""Seconds between an answer and the next request. Clients of the longest are idle nearly all the time."""

ROW = np.linspace(0, 1, 12, dtype=np.float32)
HEADERS = ("Content-Type: application/octet-stream", "Accept: application/octet-stream")

Check = Callable[[Answer], str]
"""What an answer is: a word for those that are right, to be counted. Raises AssertionError for others."""


@dataclass
class Log:
    """What has become of the requests of all clients."""

    answers: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    farewells: int = 0
    """Connections that the server has ended with an answer which said so."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def total(self) -> int:
        with self.lock:
            return self.answers.total()

    def note(self, answer: Answer, check: Check) -> None:
        """Count an answer by what it is."""
        with self.lock:
            try:
                self.answers[check(answer)] += 1
            except AssertionError as error:
                self.wrong.append(str(error))
            self.farewells += answer.headers.get("connection") == "close"


class Regular(threading.Thread):
    """Sends the same request until told to stop, or let in no more. One without an answer is lost.

    One that `looks` does not send on a connection that has been closed meanwhile, as clients that others use do.
    """

    def __init__(
        self, port: int, sent: bytes, pause: float, check: Check, log: Log, stopping: threading.Event, looks: bool
    ) -> None:
        super().__init__(daemon=True)
        self._port, self._sent, self._pause, self._check, self._looks = port, sent, pause, check, looks
        self._log, self._stopping = log, stopping

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                connection = socket.create_connection(("127.0.0.1", self._port), PATIENCE)
            except OSError:  # nothing has been asked, so nothing is lost
                return
            with Client(connection) as client:
                self._stay(client)

    def _stay(self, client: Client) -> None:
        while not (self._stopping.is_set() or (self._looks and client.has_something())):
            try:
                answer = client.ask(self._sent, "POST")
            except Exception as error:  # noqa: BLE001 - whatever it is, there is no answer
                self._log.lost.append(repr(error))
                return
            self._log.note(answer, self._check)
            if answer.headers.get("connection") == "close":
                return
            self._stopping.wait(self._pause)


@contextmanager
def regulars(port: int, check: Check, *, look: bool = False) -> Iterator[tuple[Log, Callable[[], None]]]:
    """REGULARS of them, a sixth of which take a connection for each request; and how to wait till all have ended."""
    log, stopping = Log(), threading.Event()
    kept = request("POST /encode?model=toy", *HEADERS, body=ROW.tobytes())
    single = request("POST /encode?model=toy", *HEADERS, "Connection: close", body=ROW.tobytes())
    threads = [
        Regular(port, kept if number % 6 else single, PAUSES[number % len(PAUSES)], check, log, stopping, look)
        for number in range(REGULARS)
    ]
    for thread in threads:
        thread.start()

    def wait() -> None:
        for thread in threads:
            thread.join(PATIENCE)
        assert not any(thread.is_alive() for thread in threads), "a client waits for its answer"

    try:
        yield log, wait
    finally:
        stopping.set()
        wait()


def one_of(versions: Mapping[str, Blueprint]) -> Check:
    """An answer is right when it has the latents of one of these, whose name is counted."""
    expected = {name: blueprint.encode(ROW[None])[0] for name, blueprint in versions.items()}

    def check(answer: Answer) -> str:
        assert answer.status == 200, answer
        latents: NDArray[np.float32] = np.frombuffer(answer.body, np.float32)
        names = [name for name, right in expected.items() if np.allclose(latents, right, atol=1e-5)]
        assert len(names) == 1, (latents, expected)
        return names[0]

    return check
