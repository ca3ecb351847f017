"""Whoever connects is accepted soon, however much the event loop has to do."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import ExitStack

import uvicorn
import uvloop
from starlette.types import Receive, Scope, Send

from latentd.http1.connection import Connection
from latentd.process.draining import DrainingServer
from latentd.process.listener import accept_waiting
from servers import PATIENCE

CLIENTS = 60


class Idle:
    """A service that nobody asks for anything."""

    def end(self) -> None:
        pass

    async def reload(self) -> None:
        pass


async def nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """An app that nobody asks."""


def rounds_until_all_are_accepted(seconds: float) -> int:
    """How often a loop goes round, each time for so long, until it has accepted CLIENTS that came at once."""

    async def count() -> int:
        config = uvicorn.Config(nothing, port=0, http=Connection, lifespan="off", log_config=None)
        config.load()
        server = DrainingServer(config, Idle(), 0, 1)
        server.lifespan = config.lifespan_class(config)
        await server.startup()
        rounds, deadline = 0, time.monotonic() + PATIENCE
        with ExitStack() as stack:
            for _ in range(CLIENTS):
                stack.enter_context(socket.create_connection(server.servers[0].sockets[0].getsockname()))
            while len(server.server_state.connections) < CLIENTS and time.monotonic() < deadline:
                await asyncio.sleep(0)
                time.sleep(seconds)  # as if something were computed
                rounds += 1
        await server.shutdown()
        return rounds

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(count())


def test_a_busy_loop_accepts_many_at_once() -> None:
    assert rounds_until_all_are_accepted(0.02) < CLIENTS / 3


def test_who_waits_is_accepted_and_nobody_is_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as stack:
        assert accept_waiting(listener.fileno(), 3) == []
        for _ in range(5):
            stack.enter_context(socket.create_connection(listener.getsockname()))
        first, rest = accept_waiting(listener.fileno(), 3), accept_waiting(listener.fileno(), 3)
        assert (len(first), len(rest)) == (3, 2)
        for client in first + rest:
            client.close()
    assert accept_waiting(listener.fileno(), 3) == []  # it is closed
