"""Connections that a busy event loop accepts together.

libuv accepts one each time that its loop goes round (libuv/libuv#3696), which takes a tenth of a second when there is
much to do: a hundred clients that come at once would keep whoever comes next waiting for ten seconds, and so every
health check that has a connection of its own. Where there is little to do it is quick, and shares the connections out
among the workers.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from math import inf
from time import monotonic
from typing import Any, cast

import uvicorn

from latentd.process.listener import accept_waiting

LATE_SECONDS = 0.005, 1.0
"""A connection that is accepted so long after the one before it tells of an event loop that is busy."""

ACCEPTED_TOGETHER = 64
"""So many connections a busy event loop accepts when it comes to it."""


def accept_together(server: uvicorn.Server) -> None:
    """Have a server that listens already accept many when it is busy; not with TLS, whose handshakes are the loop's."""
    if server.config.is_ssl:
        return
    make = server.config.http_protocol_class
    listeners = [listener.fileno() for each in server.servers for listener in each.sockets]
    before = -inf

    def make_and_accept(**given: Any) -> asyncio.Protocol:
        nonlocal before
        now = monotonic()
        since, before = now - before, now
        if LATE_SECONDS[0] < since < LATE_SECONDS[1]:
            for listener in listeners:
                for client in accept_waiting(listener, ACCEPTED_TOGETHER):
                    _welcome(server, client, partial(make, **given))
        return make(**given)

    server.config.http_protocol_class = cast("type[asyncio.Protocol]", make_and_accept)


def _welcome(server: uvicorn.Server, client: socket.socket, make: Callable[[], asyncio.Protocol]) -> None:
    async def connect() -> None:
        with suppress(OSError):  # it is gone already
            await asyncio.get_running_loop().connect_accepted_socket(make, client)

    task = asyncio.get_running_loop().create_task(connect())
    server.server_state.tasks.add(task)
    task.add_done_callback(server.server_state.tasks.discard)
