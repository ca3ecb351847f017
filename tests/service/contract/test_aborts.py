"""Clients that go at any moment leave nothing behind: no descriptor, no thread, no megabyte."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest

from benchmarks.process_tree import pss_bytes
from heavy import HEAVY, serving_heavy
from servers import PATIENCE, Server

BODY = HEAVY.inputs(64).tobytes()
LARGE = HEAVY.inputs(400).tobytes()  # more than is awaited before the app is asked
HEAD = b"POST /encode HTTP/1.1\r\nHost: test\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"
GRID = b"GET /grid?rows=90&cols=90 HTTP/1.1\r\nHost: test\r\nAccept: application/json\r\n\r\n"  # 100 MB of answer
CHUNK = b"POST /encode HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n4\r\nab"
MEBIBYTE = 1 << 20

Abort = Callable[[socket.socket], None]


def after(sent: bytes, pause: float = 0.0) -> Abort:
    """Go when that has been sent and some seconds have passed."""

    def abort(connection: socket.socket) -> None:
        connection.sendall(sent)
        time.sleep(pause)

    return abort


def amid_an_answer(connection: socket.socket) -> None:
    """Go when the answer has begun to come."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(GRID)
    assert connection.recv(1000).startswith(b"HTTP/1.1 ")


ABORTS: tuple[Abort, ...] = (
    after(b""),
    after(HEAD[:40]),
    after(HEAD % len(BODY)),
    after(HEAD % len(BODY) + BODY[:1000]),
    after(HEAD % len(LARGE) + LARGE[: len(LARGE) // 2]),
    after(CHUNK),
    after(HEAD % len(BODY) + BODY),  # while it waits, or is being computed
    after(HEAD % len(BODY) + BODY, 0.005),
    after((HEAD % 3136 + BODY[:3136]) * 3),  # with others behind it
    after(HEAD % len(LARGE) + LARGE),
    amid_an_answer,
)


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving_heavy(tmp_path_factory.mktemp("aborts")) as server:
        yield server


def abort(server: Server, number: int) -> None:
    """Connect, and go in one of the ways; every other time with a reset, as a process does that is killed."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        ABORTS[number % len(ABORTS)](connection)
        if number % 2:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def abort_often(server: Server, times: int) -> None:
    with ThreadPoolExecutor(12) as threads:
        list(threads.map(lambda number: abort(server, number), range(times)))


def held(server: Server) -> tuple[int, int]:
    """Descriptors and threads of the process."""
    process = Path(f"/proc/{server.process.pid}")
    return len(list((process / "fd").iterdir())), len(list((process / "task").iterdir()))


def in_hand(client: httpx.Client) -> float:
    told = client.get("/metrics").text
    return float(next(line.split()[1] for line in told.splitlines() if line.startswith("latentd_queue_requests ")))


def wait_for_rest(server: Server, at_most: tuple[int, int]) -> None:
    """Until nothing is in hand, and no more is held than that."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
            busy = in_hand(client)
        descriptors, threads = held(server)
        if not busy and descriptors <= at_most[0] and threads <= at_most[1]:
            return
        assert time.monotonic() < deadline, (
            f"{busy} in hand, {descriptors} descriptors and {threads} threads; {at_most}"
        )
        time.sleep(0.05)


def growths(server: Server, at_most: tuple[int, int]) -> Iterator[int]:
    """By how many bytes it grows with 300 aborts, up to five times: a leak grows each time, a cache only at first."""
    for _ in range(5):
        memory = pss_bytes(server.process.pid)
        abort_often(server, 300)
        wait_for_rest(server, at_most)
        growth = pss_bytes(server.process.pid) - memory
        yield growth
        if growth < 5 * MEBIBYTE:
            return


def test_300_aborted_requests_leave_nothing_behind(heavy: Server) -> None:
    abort_often(heavy, 66)  # threads are made, and memory is taken, when it is first needed
    wait_for_rest(heavy, (1000, 1000))
    time.sleep(0.5)
    before = held(heavy)
    assert min(growths(heavy, before)) < 5 * MEBIBYTE
    headers = {"Content-Type": "application/octet-stream"}
    answer = httpx.post(f"{heavy.url}/encode", content=BODY, headers=headers, timeout=PATIENCE)
    np.testing.assert_allclose(answer.json()["latents"], HEAVY.encode(HEAVY.inputs(64)), atol=1e-4)
