"""One request and its answer, whatever the app makes of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from servers import PATIENCE
from small_apps import by_path, refuse, reply
from sockets import Listening, chunked, listening, request, wait_until

START = {"type": "http.response.start", "status": 200, "headers": []}
LENGTH = (b"content-length", b"5")
OF_FIVE = {**START, "headers": [LENGTH]}

APPS: dict[str, ASGIApp] = {"/refuse": refuse}


@pytest.fixture(scope="module")
def server() -> Iterator[Listening]:
    with listening(by_path(APPS)) as running:
        yield running


def body(part: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": part, "more_body": more}


def app_that_sends(*messages: Any, waiting: bool = False) -> None:
    """At /app: these messages; or exceptions, which are raised. With `waiting`, it is in a task by then."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        if waiting:
            await asyncio.sleep(0.001)
        for message in messages:
            if isinstance(message, BaseException):
                raise message
            await send(message)

    APPS["/app"] = app


ASKED = request("GET /app")


# Answers by parts.


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("messages", "text"),
    [
        ([START, body(b"")], b""),
        ([START, body(b"hello")], b"hello"),
        ([START, body(b"he", more=True), body(b"", more=True), body(b"llo", more=True), body(b"")], b"hello"),
        ([OF_FIVE, body(b"hello")], b"hello"),
        ([OF_FIVE, body(b"he", more=True), body(b"", more=True), body(b"llo", more=True), body(b"")], b"hello"),
        ([{"type": "http.response.start", "status": 200}, {"type": "http.response.body"}], b""),
        ([{**START, "headers": [(b"content-length", b"100000")]}, body(b"x" * 100_000)], b"x" * 100_000),
    ],
)
def test_an_answer_may_go_out_by_parts(
    server: Listening, messages: list[Message], text: bytes, method: str, waiting: bool
) -> None:
    app_that_sends(*messages, waiting=waiting)
    with server.connect() as client:
        for _ in range(2):
            answer = client.ask(request(f"{method} /app"), method)
            assert (answer.status, answer.body) == (200, b"" if method == "HEAD" else text)


def test_parts_go_out_as_they_come(server: Listening) -> None:
    may_go = threading.Event()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(START)
        await send(body(b"first", more=True))
        while not may_go.is_set():
            await asyncio.sleep(0.001)
        await send(body(b"last"))

    APPS["/app"] = app
    with server.connect() as client:
        client.send(ASKED)
        while client.line() != b"\r\n":
            pass
        assert client.take(10) == b"5\r\nfirst\r\n"
        may_go.set()
        assert client.take(14) == b"4\r\nlast\r\n0\r\n\r\n"


def test_http_1_0_gets_parts_without_chunks(server: Listening) -> None:
    app_that_sends(START, body(b"he", more=True), body(b"llo"))
    with server.connect() as client:
        client.send(b"GET /app HTTP/1.0\r\n\r\n")
        head, _, text = client.rest().partition(b"\r\n\r\n")
    assert text == b"hello"
    assert b"chunked" not in head


@pytest.mark.parametrize("status", [204, 304])
def test_some_statuses_have_no_body(server: Listening, status: int) -> None:
    app_that_sends({**START, "status": status}, body(b""))
    with server.connect() as client:
        for _ in range(2):
            answer = client.ask(ASKED)
            assert (answer.status, answer.body) == (status, b"")


# Apps that fail.


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize(
    "messages",
    [
        [RuntimeError("before the head")],
        [START, RuntimeError("before the body")],
        [],
        [START],
        [body(b"no head")],
        [{"type": "http.response.trailers"}],
        [START, START],
        [{**START, "status": 1000}],
        [OF_FIVE, body(b"four")],
        [OF_FIVE, body(b"sixsix")],
        [OF_FIVE, body(b"sixsix", more=True), body(b"")],
        [{**START, "headers": [(b"x", b"a\r\nb: c")]}, body(b"")],
        [{**START, "headers": [(b"content-length", b"many")]}, body(b"")],
        [asyncio.CancelledError()],
    ],
    ids=repr,
)
def test_an_app_that_has_not_begun_to_answer_gives_a_500(server: Listening, messages: list[Any], waiting: bool) -> None:
    app_that_sends(*messages, waiting=waiting)
    with server.connect() as client:
        answer = client.ask(ASKED)
        assert (answer.status, answer.body, answer.headers["connection"]) == (500, b"", "close")
        assert client.is_ended()
    assert server.take_complaints()[-1] == "unfinished: GET /app"


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize(
    "messages",
    [
        [START, body(b"half", more=True), RuntimeError("amid the body")],
        [START, body(b"half", more=True)],
        [START, body(b"half", more=True), START],
        [OF_FIVE, body(b"half", more=True), body(b"")],
        [OF_FIVE, body(b"half", more=True), body(b"too much")],
    ],
    ids=repr,
)
def test_half_an_answer_is_not_taken_for_a_whole_one(server: Listening, messages: list[Any], waiting: bool) -> None:
    app_that_sends(*messages, waiting=waiting)
    with server.connect() as client:
        client.send(ASKED)
        said = client.rest()
    assert said.partition(b"\r\n\r\n")[2] in (b"half", b"4\r\nhalf\r\n")
    assert server.take_complaints()[-1] == "unfinished: GET /app"


@pytest.mark.parametrize("further", [START, body(b"again"), RuntimeError("behind the answer")])
def test_what_an_app_does_behind_its_answer_is_told_to_the_log_alone(server: Listening, further: Any) -> None:
    app_that_sends(OF_FIVE, body(b"hello"), further)
    with server.connect() as client:
        assert client.ask(ASKED).body == b"hello"
        assert client.ask(request()).status == 200
    assert server.take_complaints() == ["exception in the app, GET /app"]


# Bodies that are announced, and bodies that nobody wants.

EXPECTING = "Expect: 100-continue"


def test_who_expects_to_be_asked_for_a_body_is_asked(server: Listening) -> None:
    with server.connect() as client:
        for _ in range(2):
            client.send(request("POST /", EXPECTING, "Content-Length: 4"))
            assert (client.line(), client.line()) == (b"HTTP/1.1 100 Continue\r\n", b"\r\n")
            client.send(b"some")
            assert client.answer().body == b"POST /  some"


@pytest.mark.parametrize("asked", [request("POST /", EXPECTING, body=b"some"), request("GET /", EXPECTING)])
def test_who_has_sent_it_all_is_not_asked(server: Listening, asked: bytes) -> None:
    with server.connect() as client:
        client.send(asked)
        assert client.line() == b"HTTP/1.1 200 OK\r\n"


def test_who_expects_to_be_asked_may_be_refused_at_once(server: Listening) -> None:
    with server.connect() as client:
        client.send(request("POST /refuse", EXPECTING, "Content-Length: 50000000"))
        assert client.line() == b"HTTP/1.1 413 Request Entity Too Large\r\n"
        assert client.rest().endswith(b"too much")


def test_nobody_is_asked_for_a_body_amid_the_answer(server: Listening) -> None:
    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await send(OF_FIVE)
        await send(body(b"hel", more=True))
        listening = asyncio.ensure_future(receive())
        await asyncio.sleep(0.01)
        await send(body(b"lo"))
        assert (await listening)["type"] == "http.disconnect"
        assert (await receive())["type"] == "http.disconnect"

    APPS["/app"] = app
    with server.connect() as client:
        client.send(request("POST /app", EXPECTING, "Content-Length: 4"))
        answer = client.answer()
        assert (answer.body, answer.headers["connection"]) == (b"hello", "close")
        assert client.is_ended()


# What receive() gives.


def heard_by_app(server: Listening, *said: bytes, times: int) -> list[Any]:
    """What an app hears that asks so many times and then answers; the parts are said one after the other."""
    heard: list[Any] = []

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        while len(heard) < times:
            heard.append(await receive())
        await reply(send, b"heard")

    APPS["/app"] = app
    with server.connect() as client:
        for number, each in enumerate(said):
            wait_until(partial(_has, heard, number))
            client.send(each)
        assert client.answer().body == b"heard"
    return heard


def _has(heard: list[Any], number: int) -> bool:
    return len(heard) >= number


def part(text: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": text, "more_body": more}


def test_a_body_is_given_once(server: Listening) -> None:
    assert heard_by_app(server, request("POST /app", body=b"some"), times=1) == [part(b"some")]
    assert heard_by_app(server, request("GET /app"), times=1) == [part(b"")]


def test_a_chunked_body_is_given_as_it_comes(server: Listening) -> None:
    said = [request("POST /app", "Transfer-Encoding: chunked") + b"1\r\na\r\n", b"1\r\nb\r\n", b"0\r\n\r\n"]
    heard = heard_by_app(server, *said, times=3)
    assert heard == [part(b"a", more=True), part(b"b", more=True), part(b"")]


def test_several_may_wait_for_what_comes(server: Listening) -> None:
    heard: list[Message] = []

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        async def listen() -> None:
            heard.append(await receive())

        waiting = [asyncio.create_task(listen()) for _ in range(3)]
        await asyncio.sleep(0.005)
        waiting.pop().cancel()
        while not heard:
            await asyncio.sleep(0.001)
        await reply(send, b"heard")
        await asyncio.gather(*waiting)

    APPS["/app"] = app
    with server.connect() as client:
        client.send(request("POST /app", "Transfer-Encoding: chunked"))
        client.send(chunked())
        assert client.answer().body == b"heard"
    wait_until(lambda: len(heard) == 2)
    assert heard == [part(b""), {"type": "http.disconnect"}]


def test_an_app_may_send_to_a_client_that_is_gone(server: Listening) -> None:
    entered, ended = threading.Event(), threading.Event()

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        entered.set()
        while (await receive())["type"] != "http.disconnect":
            pass
        await send(START)
        await send(body(b"hello", more=True))
        await send(body(b"hello"))
        ended.set()

    APPS["/app"] = app
    with server.connect() as client:
        client.send(request("POST /app", "Transfer-Encoding: chunked"))
        assert entered.wait(PATIENCE)
    assert ended.wait(PATIENCE)
    wait_until(lambda: server.connections() == 0)


def test_an_app_that_fails_when_its_client_is_gone_is_still_told_of(server: Listening) -> None:
    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        raise RuntimeError("for another reason")

    APPS["/app"] = app
    with server.connect() as client:
        client.send(request("POST /app", "Transfer-Encoding: chunked"))
    wait_until(lambda: server.connections() == 0)
    wait_until(lambda: bool(server.complaints))
    assert server.take_complaints() == ["exception in the app, POST /app"]


def test_the_first_step_of_an_app_is_in_no_task(server: Listening) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        first = asyncio.current_task()
        await asyncio.sleep(0)
        await reply(send, f"{first} {asyncio.current_task() is None}".encode())

    APPS["/app"] = app
    assert server.ask(ASKED).body == b"None False"
