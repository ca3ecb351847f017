"""Many clients that are slow or idle at once: what they have of a worker is bounded, and others are answered."""

from __future__ import annotations

import gzip
import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import numpy as np
import orjson
import pytest

from benchmarks.process_tree import pss_bytes
from heavy import HEAVY, serving_heavy
from servers import PATIENCE, Server

MEBIBYTE = 1 << 20
HELD = 48 * MEBIBYTE
GRID = b"GET /grid?rows=90&cols=90 HTTP/1.1\r\nHost: test\r\nAccept: application/json\r\n\r\n"  # 70 MB of answer
UPLOAD = b"POST /encode HTTP/1.1\r\nHost: test\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"


@contextmanager
def connected(server: Server, count: int) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        address = "127.0.0.1", server.port
        yield [stack.enter_context(socket.create_connection(address, PATIENCE)) for _ in range(count)]


def gauge(server: Server, name: str) -> float:
    lines = httpx.get(f"{server.url}/metrics", timeout=PATIENCE).text.splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))


def wait_for(server: Server, name: str, least: float, most: float) -> None:
    deadline = time.monotonic() + PATIENCE
    while not least <= (found := gauge(server, name)) <= most:
        assert time.monotonic() < deadline, f"{name} is {found}"
        time.sleep(0.05)


def encodes(server: Server) -> bool:
    rows = HEAVY.inputs(2)
    found = httpx.post(f"{server.url}/encode", json={"inputs": rows.tolist()}, timeout=PATIENCE)
    return found.is_success and np.allclose(found.json()["latents"], HEAVY.encode(rows), atol=1e-4)


def test_idle_connections_use_up_nothing(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (160, hard))  # for the server, which is started now
    try:
        with serving_heavy(tmp_path) as server:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            with connected(server, 400) as connections:
                for connection in connections[:50]:
                    connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x")
                for _ in range(10):
                    assert encodes(server)
                assert gauge(server, "latentd_queue_requests") == 0
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_bodies_that_never_end_take_so_much_memory_and_no_more(tmp_path: Path) -> None:
    settings = {"LATENTD_MAX_HELD_BYTES": str(HELD)}
    with serving_heavy(tmp_path, settings) as server, connected(server, 12) as connections:
        memory = pss_bytes(server.process.pid)
        with ThreadPoolExecutor(12) as threads:
            said = list(threads.map(upload_most, connections))
        refused = [answer for answer in said if answer]
        assert len(refused) >= 12 - HELD // (15 * MEBIBYTE) - 1
        for answer in refused:
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b"retry-after: 1" in answer
            assert b"LATENTD_MAX_HELD_BYTES" in answer
        assert pss_bytes(server.process.pid) - memory < HELD + 32 * MEBIBYTE
        assert encodes(server)
        for connection in connections:
            connection.close()
        wait_for(server, "latentd_held_bytes", 0, 0)


def upload_most(connection: socket.socket) -> bytes:
    """15 of 16 MiB; what is answered to that, nothing where it is waited for the rest."""
    try:
        connection.sendall(UPLOAD % (16 * MEBIBYTE))
        for _ in range(15):
            connection.sendall(bytes(MEBIBYTE))
    except ConnectionError:
        pass  # the answer says why
    connection.settimeout(1)
    try:
        return connection.recv(4096)
    except TimeoutError:
        return b""


def test_answers_that_nobody_takes_take_so_much_memory_and_no_more(tmp_path: Path) -> None:
    settings = {"LATENTD_MAX_HELD_BYTES": str(HELD)}
    with serving_heavy(tmp_path, settings) as server, connected(server, 6) as connections:
        for connection in connections:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(GRID)
        statuses = [int(connection.recv(12)[9:]) for connection in connections]
        assert sorted(statuses) == [200, 503, 503, 503, 503, 503]
        assert encodes(server)
        refused = httpx.get(f"{server.url}/grid?rows=90&cols=90", headers={"Accept": "application/json"})
        assert refused.status_code == 503
        assert refused.json()["type"] == "/docs#memory-full"
        assert refused.headers["retry-after"] == "1"
        for connection in connections:
            connection.close()
        wait_for(server, "latentd_held_bytes", 0, 0)
        assert httpx.get(f"{server.url}/grid?rows=90&cols=90", timeout=PATIENCE).is_success


@pytest.mark.parametrize("path", ["/encode", "/v2/models/heavy.encoder/infer"])
def test_large_json_keeps_nobody_waiting(tmp_path: Path, path: str) -> None:
    rows = HEAVY.inputs(2000)
    tensor = {"name": "input", "shape": rows.shape, "datatype": "FP32", "data": rows.reshape(-1)}
    document = {"inputs": rows} if path == "/encode" else {"inputs": [tensor]}
    body = orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
    with serving_heavy(tmp_path) as server, ThreadPoolExecutor(4) as threads:

        def ask(_: int) -> httpx.Response:
            return httpx.post(server.url + path, content=body, timeout=PATIENCE)

        answers = [threads.submit(ask, number) for number in range(8)]
        slowest = 0.0
        with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
            while not all(answer.done() for answer in answers):
                began = time.monotonic()
                assert client.get("/health/ready").is_success
                slowest = max(slowest, time.monotonic() - began)
                time.sleep(0.005)
        assert all(answer.result().is_success for answer in answers)
        assert slowest < 1


def test_what_bodies_unpack_to_is_counted(tmp_path: Path) -> None:
    settings = {"LATENTD_MAX_HELD_BYTES": str(HELD)}
    body = gzip.compress(bytes(3136 * 5000), 1)
    headers = {"Content-Type": "application/octet-stream", "Content-Encoding": "gzip"}
    with serving_heavy(tmp_path, settings) as server, ThreadPoolExecutor(16) as threads:

        def ask(_: int) -> httpx.Response:
            return httpx.post(f"{server.url}/encode", content=body, headers=headers, timeout=PATIENCE)

        answers = list(threads.map(ask, range(16)))
        assert {answer.status_code for answer in answers} == {200, 503}
        refused = [answer.json() for answer in answers if answer.status_code == 503]
        assert {problem["type"] for problem in refused} >= {"/docs#memory-full"}
        wait_for(server, "latentd_held_bytes", 0, 0)
        assert encodes(server)
