"""What all clients together may have of a worker: so many connections, so many bytes."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import cast

import pytest
from starlette.types import Receive, Scope, Send

from latentd.http1.connection import MANY_REQUESTS, Connection
from latentd.http1.limits import Limits
from latentd.http1.refusal import RefusedError
from latentd.http1.room import RESTING_SECONDS, SMALL_BYTES, SPARE, Room
from small_apps import by_path, reply
from sockets import Client, Listening, chunked, listening, request, wait_until

MEGABYTE = bytes(1_000_000)


async def large(_scope: Scope, _receive: Receive, send: Send) -> None:
    await reply(send, MEGABYTE * 50)


APP = by_path({"/large": large})


@dataclass
class Guest:
    since: float
    is_idle: bool = True
    is_leaving: bool = False
    closed: bool = field(default=False)

    def close(self) -> None:
        self.closed = True


@dataclass
class Holder:
    held: int = 0


def test_who_has_been_idle_for_longest_makes_room() -> None:
    guests = [Guest(3), Guest(1, is_idle=False), Guest(2), Guest(4)]
    Room(most_connections=4).make_room(guests, now=5)
    assert [guest.closed for guest in guests] == [False, False, True, False]


def test_who_is_leaving_makes_room_already() -> None:
    guests = [Guest(1), Guest(2), Guest(3, is_idle=False, is_leaving=True)]
    Room(most_connections=3).make_room(guests, now=5)
    assert not any(guest.closed for guest in guests)


def test_of_many_some_are_closed_at_once() -> None:
    guests = [Guest(since) for since in range(640)]
    Room(most_connections=640).make_room(guests, now=1000)
    assert [guest.since for guest in guests if guest.closed] == list(range(11))


def test_where_none_is_idle_nobody_looks_again_at_once() -> None:
    room, guest = Room(most_connections=1), Guest(1, is_idle=False)
    with pytest.raises(RefusedError, match="1 connections are in use, the limit that LATENTD_MAX_CONNECTIONS sets"):
        room.make_room([guest], now=2)
    guest.is_idle = True
    with pytest.raises(RefusedError):
        room.make_room([guest], now=2 + RESTING_SECONDS / 2)
    room.make_room([guest], now=2 + 2 * RESTING_SECONDS)
    assert guest.closed


def test_it_is_full_when_there_is_so_much_and_not_for_who_brings_it() -> None:
    room, one, other = Room(most_bytes=100), Holder(), Holder()
    room.hold_part(one, 99)
    room.hold_part(one, 1000)
    with pytest.raises(RefusedError, match="100 bytes are held for clients already, the limit that LATENTD_MAX_HELD"):
        room.hold_part(other, SMALL_BYTES + 1)
    assert (room.held, one.held, other.held) == (1099, 1099, 0)
    room.let_go(one)
    room.hold_part(other, 1)
    assert (room.held, one.held, other.held) == (1, 0, 1)


@contextmanager
def crowd(server: Listening, count: int) -> Iterator[list[Client]]:
    """So many connections, each of which has asked once."""
    with ExitStack() as stack:
        clients = [stack.enter_context(server.connect()) for _ in range(count)]
        for client in clients:
            assert client.ask(request()).status == 200
            time.sleep(0.01)  # the loop's clock has milliseconds
        yield clients


def test_one_more_has_the_longest_idle_connection_closed() -> None:
    with listening(APP, room=Room(most_connections=4)) as server, crowd(server, 4) as (oldest, *others):
        assert server.ask(request()).status == 200
        assert oldest.is_ended()
        assert all(client.ask(request()).status == 200 for client in others)


def test_where_all_are_in_use_the_new_one_is_told_to_come_again() -> None:
    with listening(APP, room=Room(most_connections=4)) as server, crowd(server, 4) as clients:
        for client in clients:
            client.send(request("POST /", body=b"some")[:-2])
        connections = cast("set[Connection]", server.server.server_state.connections)
        wait_until(lambda: not any(connection.is_idle for connection in connections))
        time.sleep(2 * RESTING_SECONDS)
        answer = server.ask(request())
        assert answer.status == 503
        assert answer.headers["retry-after"] == "1"
        assert b"LATENTD_MAX_CONNECTIONS" in answer.body
        for client in clients:
            client.send(b"me")
            assert client.answer().body.endswith(b"some")


def test_those_far_past_the_limit_are_closed() -> None:
    with listening(APP, room=Room(most_connections=1)) as server, ExitStack() as stack:
        busy = stack.enter_context(server.connect())
        busy.send(request()[:-2])
        wait_until(lambda: server.connections() == 1)
        for _ in range(3 * SPARE):
            stack.enter_context(server.connect())
            assert server.connections() <= 1 + SPARE + 1
        busy.send(request()[-2:])
        assert busy.answer().status == 200


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_that_comes_by_parts_is_counted_until_it_is_answered(*, is_chunked: bool) -> None:
    room = Room(most_bytes=10_000_000)
    body = MEGABYTE * 3
    whole = (
        request("POST /", "Transfer-Encoding: chunked") + chunked(body) if is_chunked else request("POST /", body=body)
    )
    with listening(APP, room=room) as server, server.connect() as client:
        client.send(whole[:2_000_000])
        wait_until(lambda: 1_900_000 < room.held <= 2_100_000)
        client.send(whole[2_000_000:])
        assert client.answer().body.endswith(body)
        wait_until(lambda: room.held == 0)


def test_what_is_past_the_limit_is_refused_and_who_has_room_goes_on() -> None:
    room = Room(most_bytes=2_000_000)
    with listening(APP, room=room) as server, server.connect() as first, server.connect() as second:
        first.send(request("POST /", "Content-Length: 3000000") + MEGABYTE * 2)
        wait_until(lambda: room.is_full)
        second.send(request("POST /", "Content-Length: 500000") + MEGABYTE[:400_000])
        answer = second.answer()
        assert answer.status == 503
        assert answer.headers["retry-after"] == "1"
        assert b"LATENTD_MAX_HELD_BYTES" in answer.body
        assert server.ask(request("POST /", body=b"some")).body.endswith(b"some")  # what is small is answered
        with server.connect() as small:  # also where its body comes behind its head, as most clients send it
            small.send(request("POST /", "Content-Length: 4"))
            time.sleep(0.1)
            small.send(b"some")
            assert small.answer().body.endswith(b"some")
    wait_until(lambda: room.held == 0)


def test_an_answer_that_is_not_taken_is_counted_until_it_is() -> None:
    room = Room(most_bytes=10_000_000)
    with listening(APP, room=room) as server, server.connect() as client:
        client.send(request("GET /large"))
        wait_until(lambda: room.held > 30_000_000)
        assert client.answer().body == MEGABYTE * 50
        wait_until(lambda: room.held == 0)


def test_an_answer_to_a_client_that_goes_is_not_counted_any_more() -> None:
    room = Room(most_bytes=10_000_000)
    with listening(APP, room=room) as server:
        with server.connect() as client:
            client.send(request("GET /large"))
            wait_until(lambda: room.is_full)
        wait_until(lambda: room.held == 0)


@pytest.mark.parametrize("sent", [b"x" * 1_500_000, b"x" * 1_500_000 + b"\r\n\r\n"])
def test_bodies_of_clients_that_go_are_not_counted_any_more(sent: bytes) -> None:
    room = Room(most_bytes=10_000_000)
    with listening(APP, room=room) as server:
        for _ in range(3):
            with server.connect() as client:
                client.send(request("POST /", "Content-Length: 3000000") + sent)
                wait_until(lambda: room.held > 1_400_000)
            wait_until(lambda: room.held == 0)


def test_while_it_is_full_clients_must_hurry() -> None:
    room = Room(most_bytes=10_000_000)
    limits = Limits(body_seconds=1)
    with listening(APP, room=room, limits=limits) as server, server.connect() as slow, server.connect() as other:
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 10_000)
        slow.send(request("GET /large"))
        wait_until(lambda: room.is_full)
        other.send(request("POST /", "Content-Length: 100000") + b"some")
        for _ in range(8):  # 50 kB a second, which would do at other times
            if not room.is_full:
                break
            slow.take(20_000)
            time.sleep(0.4)
        wait_until(lambda: room.held < 100)
        assert other.answer().status == 408


def test_requests_that_wait_behind_many_are_counted() -> None:
    room = Room(most_bytes=100_000)
    with listening(APP, room=room) as server, server.connect() as client:
        client.send(request("GET /large"))
        wait_until(lambda: room.is_full)
        client.send(request() * 100)
        assert client.answer().status == 200
        answers = client.rest().count(b"HTTP/1.1 200")
        assert MANY_REQUESTS <= answers < 100  # who sends so much and takes nothing is not served on
    wait_until(lambda: room.held == 0)
