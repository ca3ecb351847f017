"""A connection: requests in, answers out, in order, one after the other or behind each other, until it ends."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, cast

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from latentd.http1.connection import Connection
from servers import PATIENCE
from small_apps import by_path, digest, echo, read_all, reply
from sockets import Listening, chunked, listening, request, wait_until

LARGE = bytes(range(256)) * 80_000  # 20 MB

APPS: dict[str, ASGIApp] = {"/digest": digest}


@pytest.fixture(scope="module")
def server() -> Iterator[Listening]:
    with listening(by_path(APPS)) as running:
        yield running


class Gate:
    """An app that answers when it is let, and notes what it hears meanwhile."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.may_go = threading.Event()
        self.heard: list[str] = []

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await read_all(receive)
        listening = asyncio.create_task(self._listen(receive))
        self.entered.set()
        while not (self.may_go.is_set() or self.heard):
            await asyncio.sleep(0.001)
        await reply(send, b"let go")
        await listening

    async def _listen(self, receive: Receive) -> None:
        self.heard.append((await receive())["type"])


@pytest.fixture
def gate() -> Gate:
    APPS["/gate"] = app = Gate()
    return app


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (request(), b"GET /  "),
        (request("DELETE /a?b"), b"DELETE /a b "),
        (request("POST /", body=b"some"), b"POST /  some"),
        (request("POST /", body=b""), b"POST /  "),
        (request("POST /", "Transfer-Encoding: chunked") + chunked(b"so", b"me"), b"POST /  some"),
        (request("POST /", "Transfer-Encoding: chunked") + chunked(), b"POST /  "),
        (request("POST /", "Upgrade: h2c", "Connection: upgrade, http2-settings", body=b"some"), b"POST /  some"),
        (request("GET /", "Upgrade: websocket", "Connection: Upgrade"), b"GET /  "),
        (request("GET http://else.where/a?b"), b"GET /a b "),
        (request("OPTIONS *"), b"OPTIONS *  "),
    ],
)
def test_a_request_is_answered_and_the_next_one_too(server: Listening, asked: bytes, answered: bytes) -> None:
    with server.connect() as client:
        for _ in range(3):
            answer = client.ask(asked)
            assert (answer.status, answer.body) == (200, answered)
            assert "connection" not in answer.headers
            assert answer.headers["date"]


def test_head_is_answered_without_a_body(server: Listening) -> None:
    with server.connect() as client:
        answer = client.ask(request("HEAD /"), "HEAD")
        assert (answer.headers["content-length"], answer.body) == ("8", b"")
        assert client.ask(request()).body == b"GET /  "


@pytest.mark.parametrize("asked", [request("GET /", "Connection: close"), b"GET / HTTP/1.0\r\n\r\n"])
def test_who_wants_one_answer_gets_one(server: Listening, asked: bytes) -> None:
    with server.connect() as client:
        answer = client.ask(asked)
        assert (answer.body, answer.headers["connection"]) == (b"GET /  ", "close")
        assert client.is_ended()


def test_the_app_is_told_who_speaks_with_whom(server: Listening) -> None:
    async def tell(scope: Scope, _receive: Receive, send: Send) -> None:
        await reply(send, repr((scope["client"], scope["server"], scope["scheme"], scope["state"])).encode())

    APPS["/tell"] = tell
    with server.connect() as client:
        told = client.ask(request("GET /tell")).body
        assert told == repr((client.socket.getsockname(), server.address, "http", {})).encode()


# Large bodies, and bodies in odd pieces.


@pytest.mark.parametrize("framing", ["whole", "chunks"])
def test_a_large_body_arrives_as_it_was_sent(server: Listening, framing: str) -> None:
    with server.connect() as client:
        if framing == "whole":
            client.send(request("POST /digest", body=LARGE))
        else:
            parts = [LARGE[start : start + 77_777] for start in range(0, len(LARGE), 77_777)]
            client.send(request("POST /digest", "Transfer-Encoding: chunked"), chunked(*parts))
        assert client.answer().body.decode() == hashlib.sha256(LARGE).hexdigest()
        assert client.ask(request()).status == 200


CONVERSATION = b"".join(
    [
        request("POST /a", body=b"hello"),
        request("GET /b?c"),
        request("POST /d", "Transfer-Encoding: chunked") + chunked(b"hello", b"world"),
        request("POST /e", "Expect: 100-continue", body=b"expected"),
        request("POST /f", "Upgrade: h2c", "Connection: upgrade", body=b"upgraded"),
        request("GET /g", "Connection: close"),
    ]
)
ANSWERS = [
    b"POST /a  hello",
    b"GET /b c ",
    b"POST /d  helloworld",
    b"POST /e  expected",
    b"POST /f  upgraded",
    b"GET /g  ",
]


def answers_to(*parts: bytes) -> bytes:
    """What a connection of its own says to these pieces."""

    async def converse() -> bytes:
        config = uvicorn.Config(echo, lifespan="off", log_config=None)
        config.load()
        ours, theirs = socket.socketpair()
        loop = asyncio.get_running_loop()
        _, connection = await loop.connect_accepted_socket(lambda: Connection(config, ServerState(), {}), ours)
        for part in parts:
            connection.data_received(part)
            await asyncio.sleep(0)
        with theirs:
            theirs.setblocking(False)
            return b"".join([part async for part in _parts(loop, theirs)])

    return asyncio.run(converse())


async def _parts(loop: asyncio.AbstractEventLoop, theirs: socket.socket) -> Any:
    while part := await loop.sock_recv(theirs, 65536):
        yield part


def bodies_in(said: bytes) -> list[bytes]:
    """The bodies of answers with a Content-Length, and no word of 100 Continue."""
    bodies = []
    while said:
        head, _, said = said.partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 200 OK"):
            length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            bodies.append(said[:length])
            said = said[length:]
        else:
            assert head == b"HTTP/1.1 100 Continue"
    return bodies


@given(st.lists(st.integers(1, len(CONVERSATION) - 1), unique=True, max_size=30).map(sorted))
def test_it_makes_no_difference_where_requests_are_parted(cuts: list[int]) -> None:
    parts = [CONVERSATION[start:end] for start, end in pairwise([0, *cuts, len(CONVERSATION)])]
    assert bodies_in(answers_to(*parts)) == ANSWERS


# Requests behind each other.


def test_answers_come_in_the_order_of_the_requests(server: Listening, gate: Gate) -> None:
    with server.connect() as client:
        client.send(request("GET /gate") + request("POST /a", body=b"1") + request("GET /b"))
        assert gate.entered.wait(PATIENCE)
        gate.may_go.set()
        assert [client.answer().body for _ in range(3)] == [b"let go", b"POST /a  1", b"GET /b  "]
        assert client.ask(request()).status == 200


@pytest.mark.parametrize("headers", [[], ["Expect: 100-continue"]], ids=["plain", "expecting"])
def test_a_request_behind_another_may_come_by_parts(server: Listening, gate: Gate, headers: list[str]) -> None:
    whole = request("POST /a", *headers, body=b"hello")
    with server.connect() as client:
        client.send(request("GET /gate") + whole[:-3])
        assert gate.entered.wait(PATIENCE)
        gate.may_go.set()
        assert client.answer().body == b"let go"
        client.send(whole[-3:])
        assert client.answer().body == b"POST /a  hello"


def test_a_large_body_may_come_behind_another_request(server: Listening, gate: Gate) -> None:
    with server.connect() as client:
        sending = threading.Thread(
            target=client.send, args=[request("GET /gate") + request("POST /digest", body=LARGE)]
        )
        sending.start()
        assert gate.entered.wait(PATIENCE)
        gate.may_go.set()
        assert client.answer().body == b"let go"
        assert client.answer().body.decode() == hashlib.sha256(LARGE).hexdigest()
        sending.join()


def test_nobody_waits_for_a_client_with_many_requests(server: Listening) -> None:
    many = 3000
    order: list[str] = []

    async def note(scope: Scope, _receive: Receive, send: Send) -> None:
        order.append(scope["query_string"].decode())
        if len(order) == 5:
            modest.send(request("GET /note?modest"))
        await reply(send, scope["query_string"])

    APPS["/note"] = note
    with server.connect() as greedy, server.connect() as modest:
        flood = b"".join(request(f"GET /note?{number}") for number in range(many))
        sending = threading.Thread(target=greedy.send, args=[flood])
        sending.start()
        assert [int(greedy.answer().body) for _ in range(many)] == list(range(many))
        assert modest.answer().body == b"modest"
        sending.join()
    assert order.index("modest") < 50


def test_what_was_asked_before_nonsense_is_answered(server: Listening, gate: Gate) -> None:
    with server.connect() as client:
        client.send(request("GET /gate") + request("GET /a") + b"nonsense\r\n\r\n")
        assert gate.entered.wait(PATIENCE)
        gate.may_go.set()
        assert client.answer().body == b"let go"
        last = client.answer()
        assert (last.body, last.headers["connection"]) == (b"GET /a  ", "close")
        assert client.is_ended()


def test_nothing_is_answered_behind_a_close(server: Listening) -> None:
    with server.connect() as client:
        client.send(request("GET /a", "Connection: close") + request("GET /b"))
        assert client.answer().body == b"GET /a  "
        assert client.is_ended()


# What is no request.


@pytest.mark.parametrize(
    "said",
    [
        *[
            b"nonsense\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\xfc\x03\x03",
            b"GET /\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ],
        *[request("CONNECT a:443"), request("GET a:443"), request("GET /\xff"), request("GET /", "A: \0")],
        *[request("GET /", "Host: again"), b"GET / HTTP/1.1\r\n\r\n"],
        *[request("POST /", "Content-Length: 1", "Content-Length: 1"), request("POST /", "Content-Length: -1")],
        *[request("POST /", "Transfer-Encoding: chunked") + b"x\r\n", request("POST /", "Transfer-Encoding: x")],
        request("POST /", "Transfer-Encoding: chunked") + b"1\r\na\r\nx",
    ],
    ids=lambda said: repr(said[:50]),
)
def test_nonsense_is_a_400_and_the_end(server: Listening, said: bytes) -> None:
    with server.connect() as client:
        answer = client.ask(said)
        assert (answer.status, answer.headers["connection"]) == (400, "close")
        assert answer.headers["content-type"] == "application/problem+json"
        client.end()
        assert client.is_ended()


def test_a_body_that_ends_in_nonsense_is_never_taken_for_whole(server: Listening) -> None:
    heard: list[str] = []

    async def listen(_scope: Scope, receive: Receive, _send: Send) -> None:
        while not heard or heard[-1] == "http.request":
            heard.append((await receive())["type"])

    APPS["/listen"] = listen
    with server.connect() as client:
        client.send(request("POST /listen", "Transfer-Encoding: chunked") + b"1\r\na\r\n")
        wait_until(lambda: bool(heard))
        assert client.ask(b"nonsense").status == 400
    wait_until(lambda: heard == ["http.request", "http.disconnect"])


def test_nonsense_amid_an_answer_ends_it(server: Listening) -> None:
    async def begin(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        while (await receive())["type"] == "http.request":
            pass

    APPS["/begin"] = begin
    with server.connect() as client:
        client.send(request("POST /begin", "Transfer-Encoding: chunked"))
        assert client.line() == b"HTTP/1.1 200 OK\r\n"
        client.send(b"nonsense")
        assert client.rest().endswith(b"5\r\nbegun\r\n")


# Clients that go.


@pytest.mark.parametrize("said", [b"", b"GET", request()[:-2], request("POST /", body=b"some")[:-2]])
def test_a_client_may_go_amid_a_request(server: Listening, said: bytes) -> None:
    with server.connect() as client:
        client.send(said)
    with server.connect() as client:
        client.send(said)
        client.end()
        assert client.is_ended()
    wait_until(lambda: server.connections() == 0)


def reset(client: Any) -> None:
    """End a connection as a client that has crashed does."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


@pytest.mark.parametrize("go", [lambda client: client.close(), reset], ids=["closed", "reset"])
def test_the_app_hears_of_a_client_that_goes_meanwhile(server: Listening, gate: Gate, go: Any) -> None:
    client = server.connect()
    client.send(request("POST /gate", "Content-Length: 0", "Connection: close"))
    assert gate.entered.wait(PATIENCE)
    if go is reset:
        go(client)
        wait_until(lambda: gate.heard == ["http.disconnect"])
    else:  # whether it has gone, or says no more, cannot be told apart before it is answered
        go(client)
        gate.may_go.set()
    wait_until(lambda: server.connections() == 0)


def test_the_app_hears_that_its_answer_is_out(server: Listening, gate: Gate) -> None:
    with server.connect() as client:
        client.send(request("GET /gate"))
        gate.may_go.set()
        assert client.answer().body == b"let go"
        wait_until(lambda: gate.heard == ["http.disconnect"])
        assert client.ask(request()).status == 200


def test_who_says_no_more_gets_all_answers(server: Listening, gate: Gate) -> None:
    with server.connect() as client:
        client.send(request("GET /gate") + request("POST /a", body=b"b") + request("POST /unfinished", body=b"c")[:-1])
        client.end()
        assert gate.entered.wait(PATIENCE)
        time.sleep(0.01)  # the end is there, too
        gate.may_go.set()
        assert [client.answer().body for _ in range(2)] == [b"let go", b"POST /a  b"]
        assert client.is_ended()


# The server's end.


def test_what_has_been_asked_is_answered_before_the_server_ends() -> None:
    gate = Gate()
    with (
        listening(by_path({"/gate": gate})) as server,
        server.connect() as idle,
        server.connect() as active,
        server.connect() as begun,
    ):
        assert idle.ask(request()).status == 200
        begun.send(b"GET / HT")
        active.send(request("GET /gate") + request("GET /a") + request("GET /b"))
        assert gate.entered.wait(PATIENCE)
        server.server.should_exit = True
        assert idle.is_ended()
        assert begun.is_ended()
        gate.may_go.set()
        assert [active.answer().body for _ in range(2)] == [b"let go", b"GET /a  "]
        last = active.answer()
        assert (last.body, last.headers["connection"]) == (b"GET /b  ", "close")
        assert active.is_ended()


def test_a_request_that_comes_after_the_end_began_is_not_answered() -> None:
    gate = Gate()
    with listening(by_path({"/gate": gate})) as server, server.connect() as client:
        client.send(request("GET /gate"))
        assert gate.entered.wait(PATIENCE)
        server.server.should_exit = True
        wait_until(lambda: not server.server.servers[0].is_serving())
        time.sleep(0.02)
        client.send(request("GET /late"))
        gate.may_go.set()
        assert client.answer().headers["connection"] == "close"
        assert client.is_ended()


def retire_all(server: Listening) -> None:
    """As the end of a process does, on its loop."""
    retired = threading.Event()

    def retire() -> None:
        for connection in connections:
            connection.retire()
        retired.set()

    connections = cast("set[Connection]", server.server.server_state.connections)
    next(iter(connections))._loop.call_soon_threadsafe(retire)
    assert retired.wait(PATIENCE)


def test_a_retired_connection_ends_with_its_next_answers(server: Listening) -> None:
    with server.connect() as client:
        assert "connection" not in client.ask(request()).headers
        retire_all(server)
        client.send(request("GET /a") + request("GET /b") + request("GET /c"))
        answers = [client.answer() for _ in range(3)]
        assert [answer.body for answer in answers] == [b"GET /a  ", b"GET /b  ", b"GET /c  "]
        assert [answer.headers.get("connection") for answer in answers] == [None, None, "close"]
        assert client.is_ended()


def test_a_connection_that_is_retired_amid_a_request_ends_with_its_answer(server: Listening, gate: Gate) -> None:
    with server.connect() as client:
        client.send(request("GET /gate"))
        assert gate.entered.wait(PATIENCE)
        retire_all(server)
        gate.may_go.set()
        assert client.answer().headers["connection"] == "close"
        assert client.is_ended()


def test_a_connection_that_is_retired_amid_an_answer_gives_another(server: Listening, gate: Gate) -> None:
    async def drip(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        gate.entered.set()
        while not gate.may_go.is_set():
            await asyncio.sleep(0.001)
        await send({"type": "http.response.body", "body": b"b"})

    APPS["/drip"] = drip
    with server.connect() as client:
        client.send(request("GET /drip"))
        assert gate.entered.wait(PATIENCE)
        retire_all(server)
        gate.may_go.set()
        first = client.answer()
        assert (first.body, first.headers.get("connection")) == (b"ab", None)  # its client may be asking already
        assert client.ask(request()).headers["connection"] == "close"
        assert client.is_ended()
