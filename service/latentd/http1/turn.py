"""One turn of the event loop: all of it is read, then all of it is answered, then all of it is written.

The sockets, the interpreter and the graph have some hundred kilobytes of code and data each. Going through them request
by request has every request find its processor's caches filled with something else; going through them step by step
halves what a request costs. Nobody waits for anybody: a turn is what had arrived anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter
from weakref import WeakKeyDictionary

SECONDS = 0.001
"""How long answers may be held back while others of the same turn are worked on."""

Step = Callable[[], None]

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, Turn] = WeakKeyDictionary()


class Turn:
    """What is to be answered and to be written before the loop reads again."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._call_soon = loop.call_soon
        self._answers: list[Step] = []
        self._writes: list[Step] = []
        self._is_due = False

    @classmethod
    def of(cls, loop: asyncio.AbstractEventLoop) -> Turn:
        """The one that all connections of a loop share."""
        if loop not in _turns:
            _turns[loop] = cls(loop)
        return _turns[loop]

    def answer(self, step: Step) -> None:
        """Do this when all has been read."""
        self._answers.append(step)
        self._come()

    def write(self, step: Step) -> None:
        """Do this when all has been answered."""
        self._writes.append(step)
        self._come()

    def _come(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._call_soon(self._take)

    def _take(self) -> None:
        answers, self._answers = self._answers, []
        began = perf_counter()
        for step in answers:
            step()
            if perf_counter() - began > SECONDS:
                self._write_out()
                began = perf_counter()
        self._write_out()
        self._is_due = False
        if self._answers:  # to what clients had sent behind what has just been answered: others are read first
            self._come()

    def _write_out(self) -> None:
        writes, self._writes = self._writes, []
        for step in writes:
            step()
