"""Requests that fall due whether or not the server keeps up: more connections are opened while all of them wait.

That is what a crowd of users does. A client that waits for each answer slows down with the server instead.
Latency is counted from when a request begins to be sent: how late this process is on a busy machine is not the server's
fault. Refusals (503) are answers too, and are told apart.
"""

from __future__ import annotations

import re
import select
import socket
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from heapq import heapify, heapreplace
from time import perf_counter

_HEAD = re.compile(rb"HTTP/1\.1 (\d+) .*?\r\ncontent-length: *(\d+)", re.IGNORECASE | re.DOTALL)
CHUNK = 1 << 20
PATIENCE = 10.0  # seconds for what is still on its way at the end
REFUSED = 503


@dataclass
class Outcome:
    """What came of the requests of one kind: seconds from when each was sent, in the order of the answers."""

    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    unanswered: int = 0

    def faults(self) -> list[str]:
        """What should not have come: other statuses, broken connections, silence."""
        return [*self.failed, *["no answer"] * self.unanswered]


@dataclass(frozen=True)
class Kind:
    """Requests that are all alike: their bytes, and how many fall due in a second."""

    request: bytes
    rate: float


class _Connection:
    """One socket, and the request on it: which kind it is, when it was sent, and what is still to be sent."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self._unsent = memoryview(b"")
        self._received = b""
        self.kind, self.since = 0, 0.0

    def ask(self, kind: int, request: bytes) -> None:
        """Begin to send."""
        self._unsent, self.kind, self.since = memoryview(request), kind, perf_counter()
        self.send()

    def send(self) -> bool:
        """Send what the kernel takes; is there more to be sent?"""
        with suppress(BlockingIOError):
            while self._unsent:
                self._unsent = self._unsent[self.socket.send(self._unsent) :]
        return bool(self._unsent)

    def status(self) -> int | None:
        """Take in what has come; give the answer's status once it is whole. Raises OSError where there will be none."""
        part = self.socket.recv(CHUNK)
        if not part:
            raise ConnectionResetError("the server has closed the connection")
        self._received += part
        end = self._received.find(b"\r\n\r\n")
        head = _HEAD.match(self._received, 0, end) if end >= 0 else None
        if head is None or len(self._received) < end + 4 + int(head[2]):
            return None
        self._received = b""
        return int(head[1])


class Crowd:
    """Connections to a server, as many as are needed up to `most`. Each asks again once it has its answer."""

    def __init__(self, port: int, most: int) -> None:
        self._port, self._most = port, most
        self._free: deque[_Connection] = deque()
        self._asking: dict[int, _Connection] = {}
        self._unsent: set[_Connection] = set()
        self._ready = select.epoll()

    def close(self) -> None:
        """Hang up."""
        self._ready.close()
        for one in (*self._free, *self._asking.values()):
            one.socket.close()

    def run(self, kinds: Sequence[Kind], seconds: float) -> list[Outcome]:
        """Send each kind at its rate for so long, then wait for what is on its way."""
        outcomes = [Outcome() for _ in kinds]
        start = perf_counter()
        due = [
            (start + 1 / kind.rate, number) for number, kind in enumerate(kinds)
        ]  # a heap: in the order of the times
        heapify(due)
        while perf_counter() < start + seconds:
            while due[0][0] <= perf_counter():
                time, number = due[0]
                if not self._ask(number, kinds[number].request):
                    break
                heapreplace(due, (time + 1 / kinds[number].rate, number))
            self._take(outcomes)
        self._wait(outcomes)
        return outcomes

    def saturate(self, requests: Sequence[bytes], seconds: float, clients: int) -> list[Outcome]:
        """So many clients that each ask again as soon as they have an answer, the next request in turn."""
        outcomes, end, turn = [Outcome() for _ in requests], perf_counter() + seconds, 0
        while perf_counter() < end:
            while len(self._asking) < clients:
                self._ask(turn, requests[turn])
                turn = (turn + 1) % len(requests)
            self._take(outcomes, 0.01)
        self._wait(outcomes)
        return outcomes

    def _ask(self, number: int, request: bytes) -> bool:
        """Send a request, if there is a connection to be had."""
        if not self._free:
            if len(self._asking) >= self._most:
                return False
            self._free.append(_Connection(self._port))
        one = self._free.popleft()
        self._asking[one.socket.fileno()] = one
        self._ready.register(one.socket, select.EPOLLIN)
        one.ask(number, request)
        self._unsent.add(one)
        return True

    def _take(self, outcomes: Sequence[Outcome], patience: float = 0) -> None:
        self._unsent = {one for one in self._unsent if one.send()}
        for number, _ in self._ready.poll(patience):
            one = self._asking[number]
            outcome = outcomes[one.kind]
            try:
                status = one.status()
            except OSError as error:
                outcome.failed.append(str(error))
                self._leave(one)
                one.socket.close()
                continue
            if status is not None:
                self._note(outcome, status, perf_counter() - one.since)
                self._leave(one)
                self._free.append(one)

    def _note(self, outcome: Outcome, status: int, seconds: float) -> None:
        if status == REFUSED:
            outcome.refused.append(seconds)
        elif status == 200:
            outcome.accepted.append(seconds)
        else:
            outcome.failed.append(f"status {status}")

    def _leave(self, one: _Connection) -> None:
        self._ready.unregister(one.socket)
        del self._asking[one.socket.fileno()]
        self._unsent.discard(one)

    def _wait(self, outcomes: Sequence[Outcome]) -> None:
        deadline = perf_counter() + PATIENCE
        while self._asking and perf_counter() < deadline:
            self._take(outcomes, 0.01)
        for one in list(self._asking.values()):
            outcomes[one.kind].unanswered += 1
            self._leave(one)
            one.socket.close()


@contextmanager
def crowd(port: int, most: int = 512) -> Iterator[Crowd]:
    """A crowd that has gone home at the end."""
    with closing(Crowd(port, most)) as found:
        yield found
