"""Hostile clients and slow ones, over sockets, against a real process: others are served, nothing is left behind."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from malformed import DEEP, UNREADABLE
from npy_files import LIARS
from servers import PATIENCE, Server, serving
from sockets import request, wait_until
from vitals import MEBIBYTE, Vitals

CLIENTS = 300
SECONDS = {"LATENTD_HEAD_SECONDS": "2", "LATENTD_BODY_SECONDS": "2", "LATENTD_KEEP_ALIVE_SECONDS": "3"}
JSON = {"inputs": [0.5] * 12}


@pytest.fixture(scope="module")
def server(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {"LATENTD_DEFAULT_MODEL": "toy", **SECONDS}
    with serving(models_folder, tmp_path_factory.mktemp("hostile") / "log", settings) as process:
        yield process


def check_well(server: Server, before: Vitals, spare: int = 20 * MEBIBYTE) -> None:
    """It answers on both faces, and has no more descriptors, threads or memory than before."""
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        assert client.post("/encode", json=JSON).status_code == 200
        tensor = {"name": "input", "shape": [1, 12], "datatype": "FP32", "data": [0.5] * 12}
        assert client.post("/v2/models/toy/infer", json={"inputs": [tensor]}).status_code == 200
    assert server.process.poll() is None
    wait_until(lambda: Vitals.of(server.process.pid).descriptors <= before.descriptors)
    after = Vitals.of(server.process.pid)
    assert after.threads <= before.threads + 2  # what is read in threads starts them
    assert after.memory - before.memory < spare
    assert "Traceback" not in server.log()
    assert "unforeseen" not in server.log()


def said_to(server: Server, parts: tuple[bytes, ...]) -> bytes:
    """What comes back until the server closes; b"" where it has closed before all was sent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        try:
            for part in parts:
                connection.sendall(part)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except ConnectionError:
            return b""


def warm(server: Server) -> Vitals:
    """How it is when it has answered once in each way."""
    for path in ("/encode", "/v2/models/toy/infer"):
        for body in (*DEEP, b'{"inputs":[' + b"0," * 500_000 + b"0]}"):
            httpx.post(server.url + path, content=body)
    return Vitals.of(server.process.pid)


HALVES = {
    "a connection alone": b"",
    "half a line": b"GET /mod",
    "half a head": b"GET /models HTTP/1.1\r\nHost: x\r\nX: ",
    "a head without its body": b"POST /encode HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    "a long body that does not come": b"POST /encode HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n{",
    "a chunk that does not come": b"POST /encode HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    "a request, and then nothing": request("GET /models"),
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_hundreds_of_slow_clients_keep_nobody_from_being_served(server: Server, half: bytes) -> None:
    before = warm(server)
    with ExitStack() as connections:
        held = [
            connections.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE))
            for _ in range(CLIENTS)
        ]
        for connection in held:
            connection.sendall(half)
        with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
            for _ in range(20):
                assert client.post("/encode", json=JSON).status_code == 200
        for connection in held:  # each is ended, whatever its client does
            while connection.recv(65536):
                pass
    check_well(server, before)


DRIPPED = {"a head": b"GET /models HTTP/1.1\r\nHost: x\r\nX: ", "a body": HALVES["a head without its body"]}


@pytest.mark.parametrize("begun", DRIPPED.values(), ids=DRIPPED)
def test_dripping_bytes_do_not_lengthen_the_time(server: Server, begun: bytes) -> None:
    before = warm(server)
    with ExitStack() as connections:
        alive = {
            connections.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE))
            for _ in range(100)
        }
        for connection in alive:
            connection.sendall(begun)
        deadline = time.monotonic() + PATIENCE
        while alive and time.monotonic() < deadline:
            alive = {connection for connection in alive if takes(connection, b"y")}
            time.sleep(0.2)
            assert httpx.post(f"{server.url}/encode", json=JSON).status_code == 200
        assert not alive
    check_well(server, before)


def takes(connection: socket.socket, byte: bytes) -> bool:
    """Does the server still listen?"""
    try:
        connection.sendall(byte)
    except ConnectionError:
        return False
    return True


HEAD = b"POST /encode HTTP/1.1\r\nHost: x\r\n"
V2 = b"POST /v2/models/toy/infer HTTP/1.1\r\nHost: x\r\n"
HOSTILE: dict[str, tuple[bytes, ...]] = {
    "two ways to tell a length": (HEAD, b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /models"),
    "chunked, and then length": (HEAD, b"Transfer-Encoding: chunked\r\nContent-Length: 50\r\n\r\n0\r\n\r\n"),
    "chunked twice": (HEAD, b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
    "chunked by another name": (HEAD, b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    "chunked, with a tab": (HEAD, b"Transfer-Encoding:\tchunked\x0b\r\n\r\n0\r\n\r\n"),
    "two lengths": (HEAD, b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"),
    "a length with a sign": (HEAD, b"Content-Length: +4\r\n\r\nabcd"),
    "a length past 64 bits": (HEAD, b"Content-Length: 99999999999999999999999\r\n\r\n"),
    "a length below nothing": (HEAD, b"Content-Length: -4\r\n\r\nabcd"),
    "a chunk past 64 bits": (HEAD, b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n"),
    "a chunk below nothing": (HEAD, b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"),
    "a chunk longer than it says": (HEAD, b"Transfer-Encoding: chunked\r\n\r\n2\r\nabcdef\r\n0\r\n\r\n"),
    "a chunk's endless extension": (HEAD, b"Transfer-Encoding: chunked\r\n\r\n2;", b"x" * 100_000),
    "endless trailers": (HEAD, b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 20_000),
    "a head of 100 kB": (HEAD, b"X: " + b"y" * 100_000 + b"\r\n\r\n"),
    "a head of 20,000 lines": (HEAD, b"X: y\r\n" * 20_000 + b"\r\n"),
    "a line of 100 kB": (b"GET /" + b"y" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",),
    "a folded header": (HEAD, b"X: y\r\n z\r\n\r\n"),
    "a NUL in a header": (HEAD, b"X: y\0z\r\n\r\n"),
    "a NUL in the path": (b"GET /mod\0els HTTP/1.1\r\nHost: x\r\n\r\n",),
    "a space before a colon": (HEAD, b"Content-Length : 4\r\n\r\nabcd"),
    "another version": (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",),
    "no version": (b"GET /models\r\n\r\n",),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(40),),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),),
    "noise": (bytes(range(256)) * 40,),
    "newlines": (b"\r\n" * 50_000,),
    "no host": (b"GET /models HTTP/1.1\r\n\r\n",),
    "two hosts": (b"GET /models HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",),
    "another protocol": (b"GET /models HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: upgrade\r\nX: \0\r\n\r\n",),
    "a body cut off": (HEAD, b'Content-Length: 100\r\n\r\n{"inputs":'),
    "a body in UTF-16": (HEAD, b"Content-Length: 28\r\n\r\n", '{"inputs":[1]}'.encode("utf-16-le")),
    "a tensor's length that lies": (V2, b"Inference-Header-Content-Length: 9999\r\nContent-Length: 2\r\n\r\n{}"),
    "ten thousand requests at once": (b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" * 10_000,),
}


@pytest.mark.parametrize("parts", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_honest_request_is_a_4xx_or_the_end(server: Server, parts: tuple[bytes, ...]) -> None:
    before = Vitals.of(server.process.pid)
    answers = said_to(server, parts)
    statuses = {line[9:10] for line in answers.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")}
    assert statuses <= {b"4"}
    check_well(server, before, 60 * MEBIBYTE)


PATHS = [
    *["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/models/..%2f..%2fetc%2fpasswd", "/models/../../etc/passwd"],
    *["/models/%00", "/models/toy/card/..%2fmanifest.json", "/models/toy/card/%2e%2e%2f%2e%2e%2fsecret.png"],
    *["/models/toy/card/manifest.json", "/models/toy/card/encoder.onnx", "/models/%2fetc%2fpasswd", "/models/.."],
    *["/docs/vendor/../../../settings.py", "/docs/swagger/%2e%2e/%2e%2e/openapi.py", "/docs/%00", "/docs/swagger/%00"],
    *["/docs/swagger-ui/%00", "/docs/swagger-ui/" + "y" * 3000, "/v2/models/..%2f..", "/v2/models/%2e%2e/infer"],
    *["/docs/examples/..%2f../body.npy", "/docs/examples/encode/..%2fbody.npy", "/web/../routes.py", "/%ff%fe"],
    *["/v2/models/toy/versions/..%2f1", "/v2/repository/models/..%2ftoy/load", "/explorer/%2e%2e/assets.py"],
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:50])
def test_no_path_leads_anywhere_else(server: Server, path: str) -> None:
    for method in (b"GET", b"POST"):
        head = method + b" " + path.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        assert said_to(server, (head,))[9:10] == b"4"


def test_pages_under_docs_are_found_where_they_are(server: Server) -> None:
    """So that the paths above lead past something that is there."""
    assert httpx.get(f"{server.url}/docs").status_code == 200
    assert httpx.get(f"{server.url}/models/toy/card/loss.png").status_code == 200


def test_bad_bodies_by_the_thousand_leave_nothing_behind(server: Server) -> None:
    types = {"application/json": [*UNREADABLE, *DEEP], "application/x-npy": list(LIARS.values())}
    types |= {"image/png": types["application/x-npy"], "application/octet-stream": [b"x", b"", bytes(47)]}
    before = warm(server)
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        for _ in range(3):
            for path in ("/encode", "/decode", "/traverse", "/v2/models/toy/infer", "/v2/models/toy/versions/1/infer"):
                for media_type, bodies in types.items():
                    for body in bodies:
                        answer = client.post(path, content=body, headers={"Content-Type": media_type})
                        assert 400 <= answer.status_code < 500, (path, media_type, body[:50])
    check_well(server, before)
