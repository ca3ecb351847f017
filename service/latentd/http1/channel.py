"""The way to one client and back: when is read, when is written, when it ends, and how long the client may take."""

from __future__ import annotations

import asyncio
import sys
import termios
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from fcntl import ioctl
from typing import cast

from latentd.http1.limits import LEAST_BYTES_A_SECOND, LINGER_SECONDS, Limits
from latentd.http1.turn import Turn

Patience = tuple[float, Callable[[], None]]
"""How many seconds a client has for what it is to do now, and what is done when it has not done it."""


class Channel(asyncio.Protocol, ABC):
    """A connection that knows nothing of what is said on it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: Limits, idle_seconds: float) -> None:
        self._loop = loop
        self._limits = limits
        self._shortest = min(idle_seconds, limits.head_seconds, limits.body_seconds)
        self._turn = Turn.of(loop)
        self._out: list[bytes] = []  # what the turn will write
        self.is_writable = True
        self._drained = asyncio.Event()  # it is writable again; a flag is quicker to look at
        self._is_reading = True
        self.is_leaving = False
        self.since = 0.0  # when the client's time began for what it is to do now
        self._untaken = 0  # bytes that it had still to take then

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.since = self._loop.time()
        self._timer = self._loop.call_later(self._shortest, self._look)

    def connection_lost(self, _error: Exception | None) -> None:
        self.is_leaving = True
        self._timer.cancel()
        self._out.clear()
        self._drained.set()

    def pause_writing(self) -> None:
        self.is_writable = False
        self._drained.clear()

    def resume_writing(self) -> None:
        self.is_writable = True
        self._drained.set()

    async def drained(self) -> None:
        """Wait until it is writable, or is no more."""
        await self._drained.wait()

    def write(self, data: bytes, *, more: bool) -> None:
        """Send it; at once where there is more to come, and else at the end of the turn."""
        self._out.append(data)
        if more:
            self._write_out()
        else:
            self._turn.write(self._write_out)

    def break_off(self) -> None:
        """Close, whatever has not been sent yet."""
        self._transport.abort()

    def _write_out(self) -> None:
        if self._out:
            self._transport.write(b"".join(self._out))
            self._out.clear()

    def _pause(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self._transport.pause_reading()

    def _resume(self) -> None:
        if not self._is_reading:
            self._is_reading = True
            self.since = self._loop.time()
            self._transport.resume_reading()

    # How it ends.

    def _leave(self, *, at_once: bool) -> None:
        """Close; not before a client that is still sending has had the time to read its answer (RFC 9112, 9.6)."""
        self.is_leaving = True
        self._write_out()
        if at_once:
            self._transport.close()
            return
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._resume()
        self.since = self._loop.time()
        self._timer.cancel()
        self._timer = self._loop.call_later(LINGER_SECONDS, self._look)

    @abstractmethod
    def _patience(self) -> Patience:
        """For a client that has taken all that it was sent."""

    def _look(self) -> None:
        """Give a client up that has had its time. One timer for all: it comes whenever something may be due."""
        now = self._loop.time()
        untaken = self._transport.get_write_buffer_size() and self._count_untaken()
        if self._is_on_its_way(untaken):
            self._untaken, self.since = untaken, now
        if untaken:
            seconds, give_up = self._limits.body_seconds, self.break_off
        elif self.is_leaving:
            seconds, give_up = LINGER_SECONDS, self._transport.close
        else:
            seconds, give_up = self._patience()
        left = self.since + seconds - now
        self._timer = self._loop.call_later(min(left, self._shortest) if left > 0 else self._shortest, self._look)
        if left <= 0:
            give_up()

    def _is_on_its_way(self, untaken: int) -> bool:
        """Is there another answer to take, or has enough of it been taken since, or the last of it?"""
        taken = self._untaken - untaken
        return taken < 0 or taken >= self._least_bytes or (taken > 0 and not untaken)

    @property
    def _least_bytes(self) -> float:
        """What must go either way in `body_seconds` for a client to be given as long again."""
        return LEAST_BYTES_A_SECOND * self._limits.body_seconds

    def _count_untaken(self) -> int:
        """How many bytes the client has still to take, those among them that the system holds for it."""
        size = self._transport.get_write_buffer_size()
        with suppress(OSError):  # where a system does not tell
            queued = ioctl(self._transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
            size += int.from_bytes(queued, sys.byteorder)
        return size
