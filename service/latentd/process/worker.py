"""One of several processes that serve, as its parent sees it, and the server in it."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection as Pipe
from types import FrameType

import uvicorn

from latentd.process.draining import DrainingServer, Service

logger = logging.getLogger(__name__)

SPAWN = multiprocessing.get_context("spawn")  # a fork would take the parent's locks along, but not its threads

SERVING = b"serving"
"""What a worker says on its pipe about once a second, beginning when it is ready."""

SILENT_SECONDS = 30
"""A worker that serves and has said nothing for so long hangs."""

TICKS = 8
"""From one word to the next, of uvicorn's main loop, which goes round ten times a second."""

Work = Callable[[socket.socket, Pipe], None]


class Worker:
    """A process that does `work` with a socket and a pipe, on which it says that it serves."""

    def __init__(self, work: Work, listener: socket.socket) -> None:
        self._pipe, others_end = SPAWN.Pipe()
        self._process = SPAWN.Process(target=work, args=(listener, others_end), daemon=True)
        self._process.start()
        others_end.close()  # or this process would never hear that the worker has ended
        self._ended = asyncio.Event()
        self.is_ready = False
        self._silence = 0  # how often it has been looked for since it said something
        loop = asyncio.get_running_loop()
        loop.add_reader(self._pipe.fileno(), self._hear)
        loop.add_reader(self._process.sentinel, self._ended.set)

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process.pid is not None, "it has been started"
        return self._process.pid

    async def wait(self) -> int:
        """The exit status when it has ended, negative where a signal has ended it."""
        await self._ended.wait()
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._pipe.fileno())
        loop.remove_reader(self._process.sentinel)
        self._process.join()
        self._pipe.close()
        return self._process.exitcode or 0

    def signal(self, number: int) -> None:
        """Send a signal, unless the worker has ended."""
        if self._process.is_alive():
            os.kill(self.pid, number)

    def kill_if_hung(self) -> None:
        """To be called each second: by counting calls, time in which all processes were stopped is not counted."""
        if self.is_ready:
            self._silence += 1
            if self._silence > SILENT_SECONDS:
                logger.error("worker %d hangs", self.pid)
                self.signal(signal.SIGKILL)

    def _hear(self) -> None:
        try:
            self._pipe.recv_bytes()
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(self._pipe.fileno())
            return
        self._silence = 0
        if not self.is_ready:
            self.is_ready = True
            logger.info("worker %d serves", self.pid)


class WorkerServer(DrainingServer):
    """Serves in a worker. The parent alone ends it at once; when the parent is gone, it ends by itself."""

    def __init__(
        self, config: uvicorn.Config, service: Service, drain_seconds: float, tls_seconds: float, parent: Pipe
    ) -> None:
        super().__init__(config, service, drain_seconds, tls_seconds)
        self._parent = parent
        os.set_blocking(parent.fileno(), False)  # a parent that is stopped must not stop this process

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal, which may come from a terminal or an init system and from the parent too."""
        if not (self.should_exit or self._is_told_to_drain):
            super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and to listen to whether the parent is there."""
        await super().startup(sockets)
        asyncio.get_running_loop().add_reader(self._parent.fileno(), self._leave)

    async def on_tick(self, counter: int) -> bool:
        """Tell the parent once a second that the event loop goes round."""
        if counter % TICKS == 0:
            with suppress(OSError):
                self._parent.send_bytes(SERVING)
        return await super().on_tick(counter)

    def _leave(self) -> None:
        """The parent says nothing: what can be read is that it is gone, and nobody would end this process."""
        asyncio.get_running_loop().remove_reader(self._parent.fileno())
        self.handle_exit(signal.SIGINT, None)
