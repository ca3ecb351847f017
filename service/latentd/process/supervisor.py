"""The parent of several workers: it keeps them alive, and ends them."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from contextlib import suppress

from latentd.process.draining import reloads
from latentd.process.worker import Work, Worker

logger = logging.getLogger(__name__)

ATTEMPTS = 5
"""How often a worker may fail to start, one time after the other, while no other serves."""

FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 10.0


class Supervisor:
    """Keeps `count` workers serving with one socket, a new one for each that ends.

    SIGTERM, SIGINT and SIGHUP are passed on to them; a second signal to end kills them.
    """

    def __init__(self, work: Work, listener: socket.socket, count: int) -> None:
        self._work = work
        self._listener = listener
        self._count = count
        self._workers: dict[int, Worker] = {}
        self._status = 0

    def run(self) -> int:
        """Keep them until a signal ends them all; give the exit status of this process."""
        asyncio.run(self._run())
        return self._status

    async def _run(self) -> None:
        self._ending = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end, number)
        if reloads():
            loop.add_signal_handler(signal.SIGHUP, self._reload)
        logger.info("process %d keeps %d workers", os.getpid(), self._count)
        looking = asyncio.create_task(self._look_after())
        await asyncio.gather(*map(self._keep, range(self._count)))
        looking.cancel()

    async def _look_after(self) -> None:
        while not self._ending.is_set():
            await asyncio.sleep(1)
            for worker in self._workers.values():
                worker.kill_if_hung()

    async def _keep(self, place: int) -> None:
        """One worker after the other. It is waited for longer each time that it could not even start."""
        failures = 0
        while not self._ending.is_set():
            failures = 0 if await self._employ(place) else failures + 1
            if failures >= ATTEMPTS and not any(other.is_ready for other in self._workers.values()):
                self._give_up()
            elif failures:
                await self._pause(min(FIRST_DELAY_SECONDS * 2 ** (failures - 1), LONGEST_DELAY_SECONDS))

    async def _employ(self, place: int) -> bool:
        """Start a worker, and wait for its end. Has it served?"""
        try:
            worker = self._workers[place] = Worker(self._work, self._listener)
        except OSError as error:
            logger.error("no worker can be started: %s", error)  # noqa: TRY400 - a traceback tells no more
            return False
        status = await worker.wait()
        del self._workers[place]
        if not self._ending.is_set():
            self._report(worker, status)
        elif worker.is_ready and status:
            self._status = self._status or 1
        return worker.is_ready

    def _report(self, worker: Worker, status: int) -> None:
        how = f"was ended by {_name(-status)}" if status < 0 else f"ended with status {status}"
        when = "" if worker.is_ready else " before it served"
        logger.error("worker %d %s%s; another takes its place", worker.pid, how, when)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ending.wait(), seconds)

    def _give_up(self) -> None:
        logger.error("no worker serves, and %d in a row did not start: giving up", ATTEMPTS)
        self._status = 1
        self._end(signal.SIGTERM)

    def _reload(self) -> None:
        for worker in self._workers.values():
            if worker.is_ready:  # others are just reading what there is
                worker.signal(signal.SIGHUP)

    def _end(self, number: int) -> None:
        """Tell all workers; tell them for good where they have been told before."""
        if self._ending.is_set():
            self._status = 128 + number
            number = signal.SIGKILL
        self._ending.set()
        self._listener.close()  # the workers have it; what connects after their end is to be refused
        for worker in self._workers.values():
            worker.signal(number if worker.is_ready or number == signal.SIGKILL else signal.SIGTERM)


def _name(number: int) -> str:
    with suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"
