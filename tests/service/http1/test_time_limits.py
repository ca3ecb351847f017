"""How long a client may take for what it is to do. Time passes when a test says so."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from latentd.http1.connection import Connection
from latentd.http1.limits import LEAST_BYTES_A_SECOND, LINGER_SECONDS, Limits
from passing_time import pass_time, run_ahead, settle
from small_apps import by_path, read_all, refuse, reply
from sockets import request

LIMITS = Limits(head_seconds=10, body_seconds=30)
IDLE_SECONDS = 20
MEGABYTE = bytes(1_000_000)

Talk = Callable[["Client"], Coroutine[Any, Any, None]]


async def slow(_scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(200)
    await reply(send, b"at last " + await read_all(receive))


async def large(_scope: Scope, _receive: Receive, send: Send) -> None:
    await reply(send, MEGABYTE * 50)


async def large_by_parts(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"50000000")]})
    for number in range(50):
        await send({"type": "http.response.body", "body": MEGABYTE, "more_body": number < 49})


async def begin(_scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"begun", "more_body": True})
    await read_all(receive)


APP = by_path({"/slow": slow, "/large": large, "/parts": large_by_parts, "/begin": begin, "/refuse": refuse})


@dataclass
class Client:
    """A socket that is read from when it is said to be."""

    socket: socket.socket
    state: ServerState

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.socket, data)
        await settle()

    async def drip(self, data: bytes, seconds: float) -> None:
        """Byte by byte, with so much time behind each."""
        for byte in data:
            await self.send(bytes([byte]))
            await pass_time(seconds, seconds)

    async def take(self, size: int) -> None:
        """Read so many bytes."""
        while size:
            part = await asyncio.get_running_loop().sock_recv(self.socket, size)
            assert part, "the answer has ended"
            size -= len(part)

    def said(self) -> bytes:
        """What has been said to it since; in its end, a note of that."""
        try:
            part = self.socket.recv(1 << 16)
        except BlockingIOError:
            return b""
        return part + self.said() if part else b"(end)"

    def status(self) -> int:
        """The status of an answer with which the connection has ended."""
        said = self.said()
        assert said.endswith(b"(end)")
        assert b"connection: close" in said
        return int(said[9:12])

    @property
    def is_known(self) -> bool:
        """Has the server a connection still?"""
        return bool(self.state.connections)


@asynccontextmanager
async def connected() -> AsyncIterator[Client]:
    config = uvicorn.Config(APP, lifespan="off", log_config=None, timeout_keep_alive=IDLE_SECONDS)
    config.load()
    loop, state = asyncio.get_running_loop(), ServerState()
    listener = await loop.create_server(lambda: Connection(config, state, {}, limits=LIMITS), "127.0.0.1", 0)
    with socket.socket() as connection:
        connection.setblocking(False)
        await loop.sock_connect(connection, listener.sockets[0].getsockname())
        await settle()
        yield Client(connection, state)
    listener.close()
    await pass_time(100, 10)
    assert not state.connections
    assert not state.tasks


def talk(conversation: Talk) -> None:
    """Have the conversation with a server."""

    async def run() -> None:
        async with connected() as client:
            await conversation(client)

    run_ahead(run())


def test_an_idle_connection_ends() -> None:
    async def conversation(client: Client) -> None:
        await pass_time(IDLE_SECONDS - 1)
        await client.send(request())
        assert client.said().endswith(b"GET /  ")
        await pass_time(IDLE_SECONDS - 1)
        assert client.said() == b""
        await pass_time(2)
        assert client.said() == b"(end)"

    talk(conversation)


def test_a_connection_of_which_nothing_is_heard_ends() -> None:
    async def conversation(client: Client) -> None:
        await pass_time(IDLE_SECONDS + 1)
        assert client.said() == b"(end)"

    talk(conversation)


def test_a_connection_that_is_used_does_not_end() -> None:
    async def conversation(client: Client) -> None:
        for _ in range(20):
            await client.send(request("POST /", body=b"some"))
            assert client.said().endswith(b"POST /  some")
            await pass_time(LIMITS.head_seconds - 1, 1)

    talk(conversation)


@pytest.mark.parametrize("asked", [request("GET /slow"), request("POST /slow", body=b"")])
def test_an_app_may_take_its_time(asked: bytes) -> None:
    async def conversation(client: Client) -> None:
        await client.send(asked)
        await pass_time(199)
        assert client.said() == b""
        await pass_time(2)
        assert client.said().endswith(b"at last ")

    talk(conversation)


@pytest.mark.parametrize("before", [b"", request()], ids=["first", "second"])
@pytest.mark.parametrize("said", [b"G", request()[:-2], b"GET / HTTP/1.1\r\nX: "])
def test_a_head_that_is_not_whole_in_time_is_a_408(said: bytes, before: bytes) -> None:
    async def conversation(client: Client) -> None:
        if before:
            await client.send(before)
            assert client.said()
            await pass_time(IDLE_SECONDS - 1)
        await client.send(said)
        await pass_time(LIMITS.head_seconds - 1)
        assert client.said() == b""
        await pass_time(2)
        assert client.status() == 408
        await pass_time(LINGER_SECONDS + 1)
        assert not client.is_known

    talk(conversation)


def test_dripping_does_not_lengthen_the_time_for_a_head() -> None:
    async def conversation(client: Client) -> None:
        await client.drip(request()[:19], 0.5)
        assert client.said() == b""
        await client.drip(request()[19:22], 0.5)
        assert client.status() == 408

    talk(conversation)


@pytest.mark.parametrize("size", [1000, 10**6], ids=["awaited", "early"])
@pytest.mark.parametrize("body", [b"", b"so", bytes(500)])
def test_a_body_that_is_not_whole_in_time_is_a_408(size: int, body: bytes) -> None:
    async def conversation(client: Client) -> None:
        await client.send(request("POST /", f"Content-Length: {size}") + body[:1])
        await client.drip(body[1:20], 1)
        await pass_time(LIMITS.body_seconds - 1 - len(body[1:20]))
        assert client.said() == b""
        await pass_time(2)
        assert client.status() == 408

    talk(conversation)


@pytest.mark.parametrize("end", [Connection.retire, Connection.shutdown])
def test_a_body_that_goes_on_and_on_does_not_keep_the_server_from_ending(end: Callable[[Connection], None]) -> None:
    async def conversation(client: Client) -> None:
        await client.send(request("POST /", f"Content-Length: {10**7}"))
        for connection in list(client.state.connections):
            end(cast("Connection", connection))
        for _ in range(6):
            await client.send(bytes(LEAST_BYTES_A_SECOND * 10))
            await pass_time(5)
        await pass_time(2)
        assert client.status() == 408

    talk(conversation)


def test_a_body_may_take_longer_if_it_comes_at_a_pace() -> None:
    async def conversation(client: Client) -> None:
        pieces, size = 100, LEAST_BYTES_A_SECOND * 5 + 100
        await client.send(request("POST /", f"Content-Length: {pieces * size}"))
        for _ in range(pieces):
            await client.send(bytes(size))
            await pass_time(5, 5)
        assert b"200 OK" in client.said()

    talk(conversation)


def test_a_body_that_came_fast_at_first_may_not_rest_for_longer() -> None:
    async def conversation(client: Client) -> None:
        await client.send(request("POST /", "Content-Length: 30000000"))
        await client.send(MEGABYTE * 20)
        await pass_time(LIMITS.body_seconds * 2 + 1)
        assert client.status() == 408

    talk(conversation)


def test_an_answer_that_has_begun_ends_with_a_body_that_does_not_come() -> None:
    async def conversation(client: Client) -> None:
        await client.send(request("POST /begin", "Transfer-Encoding: chunked"))
        await pass_time(LIMITS.body_seconds + 1)
        assert client.said().endswith(b"\r\n\r\n5\r\nbegun\r\n(end)")

    talk(conversation)


def test_who_is_not_asked_for_a_body_yet_is_waited_for() -> None:
    async def conversation(client: Client) -> None:
        await client.send(request("POST /slow", "Expect: 100-continue", "Content-Length: 4"))
        await pass_time(201)
        assert client.said() == b"HTTP/1.1 100 Continue\r\n\r\n"
        await pass_time(LIMITS.body_seconds - 2)
        await client.send(b"some")
        assert client.said().endswith(b"at last some")

    talk(conversation)


def test_who_is_asked_for_a_body_and_does_not_send_it_is_not() -> None:
    async def conversation(client: Client) -> None:
        await client.send(request("POST /", "Expect: 100-continue", "Content-Length: 4"))
        assert client.said() == b"HTTP/1.1 100 Continue\r\n\r\n"
        await pass_time(LIMITS.body_seconds + 1)
        assert client.status() == 408

    talk(conversation)


@pytest.mark.parametrize("behind", [b"GET", request("POST /", body=b"some")[:-2], request("GET /1") + b"GET"])
def test_who_cannot_be_read_while_the_app_works_is_waited_for(behind: bytes) -> None:
    async def conversation(client: Client) -> None:
        await client.send(request("POST /slow", body=b"") + request("GET /0") + behind)
        await pass_time(201)
        assert b"at last " in client.said()

    talk(conversation)


def test_a_body_that_the_app_does_not_take_may_wait() -> None:
    async def conversation(client: Client) -> None:
        await client.send(request("POST /slow", "Content-Length: 3000000"))
        sending = asyncio.create_task(client.send(MEGABYTE * 3))
        await pass_time(201)
        await sending
        assert b"at last " in client.said()

    talk(conversation)


@pytest.mark.parametrize("path", ["/large", "/parts"])
@pytest.mark.parametrize("header", ["Accept: a", "Connection: close"])
def test_a_client_that_takes_nothing_of_its_answer_is_given_up(path: str, header: str) -> None:
    async def conversation(client: Client) -> None:
        await client.send(request(f"GET {path}", header))
        await pass_time(LIMITS.body_seconds - 5)
        assert client.is_known
        await pass_time(5 + LIMITS.head_seconds)
        assert not client.is_known

    talk(conversation)


@pytest.mark.parametrize("path", ["/large", "/parts"])
@pytest.mark.parametrize("header", ["Accept: a", "Connection: close"])
def test_a_client_that_takes_its_answer_slowly_gets_it_all(path: str, header: str) -> None:
    async def conversation(client: Client) -> None:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 100_000)
        await client.send(request(f"GET {path}", header))
        head = client.socket.recv(1000, socket.MSG_PEEK).partition(b"\r\n\r\n")[0]
        client.socket.recv(len(head) + 4)
        for _ in range(10):
            await client.take(5 * len(MEGABYTE))
            await pass_time(LIMITS.body_seconds - 1)
        await pass_time(IDLE_SECONDS + 1)
        assert client.said() == b"(end)"

    talk(conversation)


def test_a_refused_client_may_send_for_a_while() -> None:
    async def conversation(client: Client) -> None:
        await client.send(request("POST /refuse", "Content-Length: 10000000"))
        await pass_time(LINGER_SECONDS - 0.5)
        await client.send(MEGABYTE)
        assert client.is_known
        await pass_time(1)
        assert not client.is_known
        assert re.match(b"HTTP/1.1 413 .*too much", client.said(), re.DOTALL)

    talk(conversation)


def test_there_is_one_timer_for_a_connection() -> None:
    async def conversation(client: Client) -> None:
        loop: Any = asyncio.get_running_loop()
        for _ in range(50):
            await client.send(request("POST /", body=b"some") + request())
        assert len(loop._scheduled) == 1

    talk(conversation)


@pytest.mark.parametrize(("pace", "is_kept"), [(500_000, True), (500, False)])
def test_what_the_system_holds_for_a_client_is_not_taken_yet(pace: int, *, is_kept: bool) -> None:
    async def conversation(client: Client) -> None:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 100_000)
        await client.send(request("GET /large"))
        for _ in range(8):
            await client.take(pace)
            await pass_time(LIMITS.body_seconds - 1)
        assert client.is_known == is_kept

    talk(conversation)
