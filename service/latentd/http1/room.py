"""What a worker has for all its clients together: so many connections, and so many bytes of memory."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nsmallest
from math import inf
from typing import Protocol

from latentd.http1.refusal import RefusedError

CONNECTIONS_SETTING = "LATENTD_MAX_CONNECTIONS"
BYTES_SETTING = "LATENTD_MAX_HELD_BYTES"

SHARE_CLOSED = 1 / 64
"""So many of all connections are closed at once, or finding them would cost more than what they take."""

SPARE = 32
"""So many more are told that there is no room; those after them are closed without a word."""

SMALL_BYTES = 1 << 15
"""So much of a body may come by parts however full it is, as a head may, which nobody counts: most clients send a small
body behind its head, and are not the ones that hold much."""

RESTING_SECONDS = 0.1
"""How long nobody looks for idle connections again where there were few."""

REQUEST_BYTES = 600
"""What a request without a body takes that waits behind others."""

HURRY = 1024
"""So many times as fast as ever clients must send and take while it is full."""


class Guest(Protocol):
    """A connection that may be closed for another."""

    @property
    def is_leaving(self) -> bool:
        """Is it being closed?"""

    @property
    def is_idle(self) -> bool:
        """Is nothing asked, and nothing on its way in either direction?"""

    @property
    def since(self) -> float:
        """When that began."""

    def close(self) -> None:
        """End it."""


class Holder(Protocol):
    """Whoever has bytes held for a client."""

    held: int
    """How many of them are counted."""


class Room:
    """Counts the bytes that are `held`: of bodies whose requests have no answer yet, of answers that nobody has taken.

    It is full when there is so much already, however much somebody brings: otherwise small bodies would fit where no
    large one does. It belongs to one event loop.
    """

    __slots__ = ("_rests_until", "held", "most_bytes", "most_connections")

    def __init__(self, most_connections: float = inf, most_bytes: float = inf) -> None:
        self.most_connections = most_connections
        self.most_bytes = most_bytes
        self.held = 0
        self._rests_until = -inf

    @property
    def is_full(self) -> bool:
        """Are there as many bytes as may be held?"""
        return self.held >= self.most_bytes

    def hold(self, holder: Holder, size: int) -> None:
        """Count so many bytes more."""
        holder.held += size
        self.held += size

    def hold_part(self, holder: Holder, size: int) -> None:
        """Count so many bytes of a body that comes by parts. Raises RefusedError for many where it is full."""
        if self.is_full and holder.held + size > SMALL_BYTES:
            raise self._full()
        self.hold(holder, size)

    def hold_request(self, holder: Holder) -> None:
        """Count a request that waits behind many others of its client. Raises RefusedError where it is full."""
        if self.is_full:
            raise self._full()
        self.hold(holder, REQUEST_BYTES)

    def let_go(self, holder: Holder) -> None:
        """Count none of them any more."""
        self.held -= holder.held
        holder.held = 0

    def make_room(self, guests: Iterable[Guest], now: float) -> None:
        """Close those of the guests that have been idle for longest, where they are too many with who comes now.

        Raises RefusedError where none is idle.
        """
        if now < self._rests_until:
            raise self._crowded()
        staying = [guest for guest in guests if not guest.is_leaving]
        if len(staying) < self.most_connections:
            return
        idle = [guest for guest in staying if guest.is_idle]
        wanted = 1 + int(self.most_connections * SHARE_CLOSED)
        if len(idle) < wanted:
            self._rests_until = now + RESTING_SECONDS
        if not idle:
            raise self._crowded()
        for guest in nsmallest(wanted, idle, key=lambda guest: guest.since):
            guest.close()

    def _full(self) -> RefusedError:
        most = f"{self.most_bytes:.0f} bytes"
        return RefusedError(503, f"busy: {most} are held for clients already, the limit that {BYTES_SETTING} sets")

    def _crowded(self) -> RefusedError:
        most = f"{self.most_connections:.0f} connections"
        return RefusedError(503, f"busy: {most} are in use, the limit that {CONNECTIONS_SETTING} sets")
