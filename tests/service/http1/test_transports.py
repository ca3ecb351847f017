"""TLS and Unix sockets, and asyncio's own loop: what HTTP/1.1 is spoken over makes no difference to it."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from small_apps import by_path, digest, refuse, reply
from sockets import Listening, listening, request, wait_until

LARGE = bytes(20_000_000)


async def tell(scope: Scope, _receive: Receive, send: Send) -> None:
    await reply(send, repr((scope["scheme"], scope["server"], scope["client"])).encode())


async def large(_scope: Scope, _receive: Receive, send: Send) -> None:
    await reply(send, LARGE)


async def late(_scope: Scope, _receive: Receive, send: Send) -> None:
    await asyncio.sleep(0.02)
    await reply(send, b"late")


APPS: dict[str, ASGIApp] = {"/digest": digest, "/refuse": refuse, "/tell": tell, "/large": large, "/late": late}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost, with its key in the same file."""
    file = tmp_path_factory.mktemp("certificate") / "both.pem"
    options = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"]
    subject = ["-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", *options, *subject, "-keyout", str(file), "-out", str(file.with_suffix(".crt"))]
    subprocess.run(command, check=True, capture_output=True)
    file.write_text(file.read_text() + file.with_suffix(".crt").read_text())
    return file


@pytest.fixture(scope="module", params=["TLS", "TLS on asyncio", "Unix", "asyncio"])
def server(
    request: pytest.FixtureRequest, certificate: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Listening]:
    options: dict[str, Any] = {"loop": "asyncio"} if "asyncio" in request.param else {}
    if "TLS" in request.param:
        options["ssl_certfile"] = certificate
    if request.param == "Unix":
        options["uds"] = str(tmp_path_factory.mktemp("socket") / "s")
    with listening(by_path(APPS), **options) as running:
        running.context = ssl.create_default_context(cafile=certificate) if "TLS" in request.param else None
        yield running


def test_requests_are_answered(server: Listening) -> None:
    with server.connect() as client:
        for _ in range(3):
            assert client.ask(request("POST /", body=b"some")).body == b"POST /  some"
        client.send(request("GET /late") + request("GET /a") + request("GET /b"))
        assert [client.answer().body for _ in range(3)] == [b"late", b"GET /a  ", b"GET /b  "]
        assert client.ask(request("GET /", "Connection: close")).status == 200
        assert client.is_ended()


def test_the_app_is_told_what_it_is(server: Listening) -> None:
    with server.connect() as client:
        told = client.ask(request("GET /tell")).body.decode()
        address = (server.address, None) if isinstance(server.address, str) else server.address
        assert told == repr(("https" if server.context else "http", address, client.socket.getsockname() or None))


def test_large_bodies_go_both_ways(server: Listening) -> None:
    with server.connect() as client:
        answer = client.ask(request("POST /digest", body=LARGE))
        assert answer.body.decode() == hashlib.sha256(LARGE).hexdigest()
        assert client.ask(request("GET /large")).body == LARGE


def test_a_refused_client_reads_why(server: Listening) -> None:
    with server.connect() as client:
        client.send(request("POST /refuse", "Content-Length: 100000000"), bytes(1_000_000))
        assert client.answer().status == 413


def test_nonsense_is_answered(server: Listening) -> None:
    with server.connect() as client:
        assert client.ask(b"nonsense\r\n\r\n").status == 400


@pytest.mark.parametrize("said", [b"", b"GET", request("GET /late"), request("GET /large") * 5, request("POST /")[:-2]])
def test_a_client_may_go_at_any_time(server: Listening, said: bytes) -> None:
    with server.connect() as client:
        client.send(said)
    wait_until(lambda: server.connections() == 0)


def test_what_is_not_encrypted_is_no_http_over_tls(certificate: Path) -> None:
    with listening(by_path(APPS), ssl_certfile=certificate) as server:
        with server.connect() as client:
            client.send(request())
            assert client.is_ended()
        server.take_complaints()
