"""Nothing that a client can send is a 5xx, and the server is as well afterwards as before."""

from __future__ import annotations

import gzip
import socket

import httpx
import pytest

from asking import check_problem
from malformed import DEEP, UNREADABLE
from servers import PATIENCE, Server

RAW = {"Content-Type": "application/octet-stream"}
PACKED = gzip.compress(b"{}", mtime=0)  # the time would be part of the tests' names


def send(server: Server, *parts: bytes, hang_up: bool = False) -> bytes:
    """Send bytes over a socket of their own, and give all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        for part in parts:
            connection.sendall(part)
        if hang_up:
            return b""
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("path", ["/encode", "/decode", "/reconstruct"])
@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body[:24]))
def test_what_is_not_json_is_a_400(client: httpx.Client, path: str, body: bytes) -> None:
    check_problem(client.post(path, content=body), "body-unreadable")


@pytest.mark.parametrize("path", ["/encode", "/decode", "/traverse", "/v2/models/toy/infer", "/v2/repository/index"])
@pytest.mark.parametrize("body", DEEP, ids=lambda body: repr(body[:12]))
def test_what_nests_too_deep_is_told_the_limit(client: httpx.Client, path: str, body: bytes) -> None:
    answer = client.post(path, content=body)
    assert answer.status_code == 413
    assert "nests more than 16 deep; the limit that LATENTD_MAX_JSON_DEPTH sets is 16" in answer.text


VALUES = ["1", "null", "true", '""', "{}", "[]", "[[]]", "[[[]]]", "[[],[]]", "[null]", "[[1,2],[]]", '["1"]', "[{}]"]
TRICKS = [
    "[[1,2],[],[3,4,5,6,7,8,9,10,11,12]]",
    "[[1,2,3,4,5,6,7,8,9,10,11],[12]]",
    "[1,2,3,4,5,6,7,8,9,10,11,[12]]",
    "[1,2,3,4,5,6,7,8,9,10,11,12,[]]",
    "[[[1,2,3],[4,5,6]],[[7,8,9],[10,11,12]]]",
    "[[1,2,3],[4,5,6],[7,8,9],[10,11,12]]",
    "[[[1]],[[1]],[1]]",
    '{"0":[1,2,3,4,5,6,7,8,9,10,11,12]}',
    "[0," + "[" * 1000 + '"x"' + "]" * 1000 + "]",
]


@pytest.mark.parametrize("field", ["inputs", "latents"])
@pytest.mark.parametrize("value", VALUES + TRICKS, ids=lambda value: value[:30])
def test_what_is_not_rows_is_a_422(client: httpx.Client, field: str, value: str) -> None:
    path = "/decode" if field == "latents" else "/encode"
    answer = client.post(path, content=f'{{"{field}": {value}}}')
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("size", [0, 1, 3, 4, 47, 49])
def test_raw_bytes_that_are_not_rows_are_a_422(client: httpx.Client, size: int) -> None:
    check_problem(client.post("/encode", content=bytes(size), headers=RAW), "shape-mismatch")


@pytest.mark.parametrize("body", [b"", b"abc", PACKED[:2], PACKED[:-1], PACKED + b"x", gzip.compress(b"{", mtime=0)])
def test_damaged_gzip_is_a_400(client: httpx.Client, body: bytes) -> None:
    check_problem(client.post("/encode", content=body, headers={"Content-Encoding": "gzip"}), "body-unreadable")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        *[("", 200), ("&&&", 200), ("model=toy&", 200)],
        *[("%00", 422), ("%ff", 422), ("=", 422), ("a=1&" * 2000, 422), ("x" * 5000, 422), ("Model=toy", 422)],
        *[("model", 404), ("model=%00", 404), ("model=" + "x" * 5000, 404), ("model=%F0%9F%A6%96", 404)],
    ],
)
def test_a_strange_query_is_no_5xx(client: httpx.Client, query: str, status: int) -> None:
    assert client.post(f"/encode?{query}", json={"inputs": [0.5] * 12}).status_code == status


def test_a_body_shorter_than_its_length_ends_the_connection_and_no_more(server: Server) -> None:
    head = b"POST /encode HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    assert b" 500 " not in send(server, head, b'{"inputs":')
    send(server, head, b'{"inputs":', hang_up=True)


def test_a_body_longer_than_its_length_is_cut(server: Server) -> None:
    head = b"POST /encode HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
    assert send(server, head, b'{"inputs":[1]}').startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "head",
    [
        b"nonsense\r\n\r\n",
        b"POST /encode HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /encode HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
        b"POST /encode HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"POST /encode HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /encode HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /encode HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab\r\n0\r\n\r\n",
        b"GET /" + b"\xff" * 10 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /models HTTP/1.1\r\nHost: x\r\nAccept: \xff\xfe\r\nX-Request-ID: \xff\r\nConnection: close\r\n\r\n",
    ],
    ids=lambda head: repr(head[:60]),
)
def test_what_is_hardly_http_is_no_5xx(server: Server, head: bytes) -> None:
    assert not send(server, head).startswith(b"HTTP/1.1 5")


def test_the_server_is_as_well_as_before(client: httpx.Client, server: Server) -> None:
    assert client.post("/encode", json={"inputs": [0.5] * 12}).status_code == 200
    assert server.process.poll() is None
    assert "Traceback" not in server.log()
    assert "unforeseen" not in server.log()
