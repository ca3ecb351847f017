"""uvicorn's server, which leaves its clients the time to go elsewhere before it ends."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from contextlib import nullcontext
from math import inf
from time import monotonic
from types import FrameType
from typing import Protocol, cast

import uvicorn

from latentd.http1.connection import Connection
from latentd.process.accepting import accept_together
from latentd.process.handshakes import handshakes_within
from latentd.process.listener import is_somebody_waiting, let_nobody_in

logger = logging.getLogger(__name__)

HANDSHAKE_SECONDS = 0.1
"""How long who has begun to connect may take to be connected."""

ACCEPTING_SECONDS = 1.0
"""How long those who have connected are accepted, at most."""

IDLE_SECONDS = 1.0
"""How long an idle client that is to learn with its next answer that it was the last has to ask."""

STEP_SECONDS = 0.01


class Service(Protocol):
    """What is told of signals."""

    def end(self) -> None:
        """Say from now on that it is not ready, and serve on."""

    async def reload(self) -> None:
        """Read from disk what it serves."""


class DrainingServer(uvicorn.Server):
    """SIGTERM has it serve on for `drain_seconds`, and then end so that nobody loses a request.

    SIGINT, which is Ctrl-C, has it answer what has been asked, and end. At a second signal the process ends at once.
    SIGHUP has the service reload, unless it may come from a terminal that closes.
    """

    def __init__(self, config: uvicorn.Config, service: Service, drain_seconds: float, tls_seconds: float) -> None:
        """Where TLS is spoken, a client has `tls_seconds` for its handshake."""
        super().__init__(config)
        self._tls_seconds = tls_seconds
        self._service = service
        self._drain_seconds = drain_seconds
        self._is_told_to_drain = False
        self._ends_at = inf

    def handle_exit(self, sig: int, _frame: FrameType | None) -> None:
        """Take a signal. uvicorn's own raises it again at the end; the process is to end with status 0."""
        if self.should_exit or self._is_told_to_drain:
            os._exit(128 + sig)  # the loop may be far from looking, and work in threads far from its end
        if sig == signal.SIGTERM and self.started:
            self._is_told_to_drain = True
        else:
            self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        limits = handshakes_within(self._tls_seconds) if self.config.is_ssl else nullcontext()
        with limits:
            await super().startup(sockets)
        accept_together(self)
        if reloads():
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reload)

    def _reload(self) -> None:
        task = asyncio.get_running_loop().create_task(self._service.reload())
        self.server_state.tasks.add(task)
        task.add_done_callback(self.server_state.tasks.discard)

    async def on_tick(self, counter: int) -> bool:
        """Is it time to end? uvicorn asks ten times a second."""
        if self._is_told_to_drain and self._ends_at == inf:
            self._service.end()
            self._ends_at = monotonic() + self._drain_seconds
            logger.info("told to end: not ready any more, serving on for %g s", self._drain_seconds)
        return await super().on_tick(counter) or monotonic() >= self._ends_at

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, when what has been asked is answered."""
        self._service.end()
        if self._is_told_to_drain:
            await self._accept_the_last()
            for listener in (*self.servers, *(sockets or ())):
                listener.close()
            await self._let_clients_go()
        await super().shutdown(sockets)

    async def _accept_the_last(self) -> None:
        listeners = [listener.fileno() for server in self.servers for listener in server.sockets]
        for listener in listeners:
            let_nobody_in(listener)
        await asyncio.sleep(HANDSHAKE_SECONDS)
        end = monotonic() + ACCEPTING_SECONDS
        while any(map(is_somebody_waiting, listeners)) and monotonic() < end:
            await asyncio.sleep(0)

    async def _let_clients_go(self) -> None:
        """Tell each client with its next answer that it was the last, as far as they ask in time.

        A connection that was closed while it is idle may be one on which a client is just sending.
        """
        connections = cast("set[Connection]", self.server_state.connections)
        for connection in connections:
            connection.retire()
        end = monotonic() + IDLE_SECONDS
        while connections and monotonic() < end:
            await asyncio.sleep(STEP_SECONDS)


def reloads() -> bool:
    """Is SIGHUP taken? A terminal sends it to what runs in it when it closes, to end that."""
    return not sys.stderr.isatty()
