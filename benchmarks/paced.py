"""Load at a steady rate: requests fall due at even intervals, whether or not the server keeps up.

wrk knows no such thing. A request's latency is counted from the moment at which it was due: where all connections are
still waiting for answers, the wait for one is part of it (what is called coordinated omission is thereby avoided). The
client spins on a core of its own, since sleeping would make it late. Its intervals are even, as wrk2's are: bursts, as
independent users make them, would queue at any server, be it ever so steady.
"""

from __future__ import annotations

import gc
import re
import select
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from time import perf_counter

from benchmarks.exchange import Request, WrongAnswerError
from benchmarks.observation import observing
from benchmarks.results import Load
from benchmarks.running import Running

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNK = 1 << 20
PATIENCE = 10.0  # seconds for what is still on its way at the end


@dataclass
class Connection:
    """One socket: what is still to be sent, what has come, and when its request was due."""

    socket: socket.socket
    unsent: memoryview = field(default_factory=lambda: memoryview(b""))
    received: bytes = b""
    due: float = 0.0

    def ask(self, request: bytes, due: float) -> None:
        """Begin to send."""
        self.unsent, self.due = memoryview(request), due
        self.send()

    def send(self) -> None:
        """Send what the kernel takes."""
        while self.unsent:
            try:
                self.unsent = self.unsent[self.socket.send(self.unsent) :]
            except BlockingIOError:
                return

    def has_answer(self) -> bool:
        """Take in what has come. Raises WrongAnswerError where it is not 200, or the server hangs up."""
        part = self.socket.recv(CHUNK)
        if not part:
            raise WrongAnswerError("the server has closed the connection")
        self.received += part
        head = self.received.find(b"\r\n\r\n")
        if head < 0:
            return False
        length = _LENGTH.search(self.received, 0, head)
        if not self.received.startswith(b"HTTP/1.1 200") or length is None:
            raise WrongAnswerError(f"not an answer of a stated length: {self.received[:200]!r}")
        if len(self.received) < head + 4 + int(length[1]):
            return False
        self.received = b""
        return True


@dataclass(frozen=True)
class Paced:
    """A steady load: so many requests a second for so many seconds, over so many connections."""

    rate: float
    seconds: float
    connections: int
    core: int

    def run(self, server: Running, request: Request) -> Load:
        """Send the request in step. Raises WrongAnswerError as soon as an answer is not 200."""
        count = max(2, int(self.rate * self.seconds))
        content = request.bytes_for(server.port)
        with (
            _connected(server.port, self.connections) as connections,
            _without_collector(),
            observing(server.pid, self.core) as used,
        ):
            start = perf_counter()
            latencies = list(_latencies(connections, content, count, 1 / self.rate))
            seconds = perf_counter() - start
        cuts = quantiles(latencies, n=100, method="inclusive")
        return Load(count, seconds, cuts[49], cuts[98], used.cpu, used.foreign, used.busiest)


def _latencies(connections: list[Connection], request: bytes, count: int, interval: float) -> Iterator[float]:
    """Send `count` requests, each when it is due and a connection is free; give each one's latency when it has come."""
    free, by_number = deque(connections), {one.socket.fileno(): one for one in connections}
    with closing(select.epoll()) as ready:
        for number in by_number:
            ready.register(number, select.EPOLLIN)
        start, sent, answered = perf_counter(), 0, 0
        while answered < count:
            now = perf_counter()
            if now > start + count * interval + PATIENCE:
                raise WrongAnswerError(f"{count - answered} of {count} answers did not come")
            while sent < count and free and start + sent * interval <= now:
                free.popleft().ask(request, start + sent * interval)
                sent += 1
            for number, _ in ready.poll(0):
                if by_number[number].has_answer():
                    yield perf_counter() - by_number[number].due
                    free.append(by_number[number])
                    answered += 1
            for one in connections:
                if one.unsent:
                    one.send()


@contextmanager
def _connected(port: int, count: int) -> Iterator[list[Connection]]:
    sockets = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(count)]
    try:
        for one in sockets:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.setblocking(False)
        yield [Connection(one) for one in sockets]
    finally:
        for one in sockets:
            one.close()


@contextmanager
def _without_collector() -> Iterator[None]:
    """No pause of the client's own shall look like one of the server's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
