"""The way to a client: nobody is read faster than the app takes it, nor written to faster than it reads."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from latentd.http1 import channel
from latentd.http1.limits import HIGH_WATER_BYTES
from servers import PATIENCE
from small_apps import by_path, read_all, refuse, reply
from sockets import Client, Listening, listening, request, wait_until

MEGABYTE = bytes(1_000_000)
PIECE_BYTES = 256_000  # what the loop reads at a time

APPS: dict[str, ASGIApp] = {"/refuse": refuse}


@pytest.fixture(scope="module")
def server() -> Iterator[Listening]:
    with listening(by_path(APPS)) as running:
        yield running


def connection_of(server: Listening, client: Client) -> Any:
    """The server's side of it."""
    ours = client.socket.getsockname()

    def found() -> list[Any]:
        connections: list[Any] = list(server.server.server_state.connections)
        return [each for each in connections if each._transport.get_extra_info("peername") == ours]

    wait_until(lambda: bool(found()))
    return found()[0]


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


# Flow.


def test_no_more_is_read_than_the_app_takes(server: Listening) -> None:
    may_go = threading.Event()

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        while not may_go.is_set():
            await asyncio.sleep(0.001)
        await reply(send, b"%d" % len(await read_all(receive)))

    APPS["/app"] = app
    with server.connect() as client:
        sending = threading.Thread(target=client.send, args=[request("POST /app", body=MEGABYTE * 20)])
        sending.start()
        connection = connection_of(server, client)
        wait_until(lambda: bool(connection._queue) and connection._queue[0].size > HIGH_WATER_BYTES)
        time.sleep(0.02)
        assert connection._queue[0].size <= HIGH_WATER_BYTES + PIECE_BYTES
        assert sending.is_alive()
        may_go.set()
        assert client.answer().body == b"20000000"
        sending.join()
        assert client.ask(request()).status == 200


def test_no_more_is_sent_than_the_client_takes(server: Listening) -> None:
    sent = 0

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        nonlocal sent
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"50000000")]})
        for number in range(50):
            await send({"type": "http.response.body", "body": MEGABYTE, "more_body": number < 49})
            sent += 1

    APPS["/app"] = app
    with server.connect() as client:
        client.send(request("GET /app"))
        transport = connection_of(server, client)._transport
        wait_until(lambda: transport.get_write_buffer_size() > 0)
        time.sleep(0.02)
        assert sent < 20, "what the kernel takes, and one part more"
        assert transport.get_write_buffer_size() <= 2 * len(MEGABYTE)
        assert client.answer().body == MEGABYTE * 50
        assert client.ask(request()).status == 200


def test_a_client_that_asks_and_does_not_read_is_answered_no_further(server: Listening) -> None:
    answered = 0

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        nonlocal answered
        answered += 1
        await reply(send, MEGABYTE)

    APPS["/app"] = app
    with server.connect() as client:
        client.send(request("GET /app") * 100)
        transport = connection_of(server, client)._transport
        wait_until(lambda: transport.get_write_buffer_size() > 0)
        time.sleep(0.02)
        assert answered < 20
        for _ in range(100):
            assert len(client.answer().body) == len(MEGABYTE)
        assert client.ask(request()).status == 200


def test_an_app_that_waits_for_a_client_hears_when_it_goes(server: Listening) -> None:
    ended = threading.Event()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200})
        for number in range(50):
            await send({"type": "http.response.body", "body": MEGABYTE, "more_body": number < 49})
        ended.set()

    APPS["/app"] = app
    with server.connect() as client:
        client.send(request("GET /app"))
        assert client.line() == b"HTTP/1.1 200 OK\r\n"
    assert ended.wait(PATIENCE)
    wait_until(lambda: server.connections() == 0)


def test_who_gives_up_sending_can_send_again(server: Listening) -> None:
    """A send() that is cancelled while it waits does not spoil the next."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"50000000")]})
        sent = 0
        while sent < 50:
            try:
                message = {"type": "http.response.body", "body": MEGABYTE, "more_body": sent < 49}
                await asyncio.wait_for(send(message), 0.01)  # type: ignore[arg-type]  # it is a coroutine function
                sent += 1
            except TimeoutError:
                pass

    APPS["/app"] = app
    with server.connect() as client:
        client.send(request("GET /app"))
        time.sleep(0.05)
        assert client.answer().body == MEGABYTE * 50


# Bodies that nobody wants.


async def refuse_later(_scope: Scope, receive: Receive, send: Send) -> None:
    """Take a part of the body, think, and refuse the rest."""
    await receive()
    await asyncio.sleep(0.05)
    await reply(send, b"too much", status=413)


@pytest.mark.parametrize("app", [refuse, refuse_later])
def test_a_refused_body_costs_nothing_and_the_client_reads_why(
    server: Listening, monkeypatch: pytest.MonkeyPatch, app: ASGIApp
) -> None:
    monkeypatch.setattr(channel, "LINGER_SECONDS", 0.3)
    APPS["/app"] = app
    with server.connect() as client:
        client.send(request("POST /app", "Content-Length: 100000000000"))
        before = resident_bytes()
        assert send_without_end(client), "the connection ended without an answer"
        assert resident_bytes() - before < 100 * len(MEGABYTE)
    wait_until(lambda: server.connections() == 0)


def send_without_end(client: Client) -> bool:
    """Send until the server has had enough. Was there an answer?"""
    has_answer = False
    try:
        while True:
            client.send(MEGABYTE)
            has_answer = has_answer or client_has_answer(client)
    except (BrokenPipeError, ConnectionResetError):
        return has_answer


def client_has_answer(client: Client) -> bool:
    """Read the answer if it is there."""
    client.socket.settimeout(0.0001)
    try:
        said = client.socket.recv(1000)
    except (TimeoutError, BlockingIOError):
        return False
    finally:
        client.socket.settimeout(PATIENCE)
    assert said.startswith(b"HTTP/1.1 413 ")
    assert said.endswith(b"too much")
    return True


def test_a_client_that_reads_only_when_it_has_sent_all_gets_its_refusal(server: Listening) -> None:
    with server.connect() as client:
        answer = client.ask(request("POST /refuse", body=MEGABYTE * 20))
        assert (answer.status, answer.headers["connection"]) == (413, "close")
        client.end()
        assert client.is_ended()
    wait_until(lambda: server.connections() == 0)
