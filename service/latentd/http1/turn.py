"""One turn of the event loop: all of it is read, then all of it is answered, then all of it is written.

The sockets, the interpreter and the graph have some hundred kilobytes of code and data each. Going through them request
by request has every request find its processor's caches filled with something else; going through them step by step
halves what a request costs. Nobody waits for anybody: a turn is what had arrived anyway.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from time import perf_counter, thread_time
from weakref import WeakKeyDictionary, ref

SECONDS = 0.001
"""How long answers may be held back while others of the same turn are worked on."""

SCOPE_KEY = "latentd.turn"
"""Where in an ASGI scope the app finds the turn in which it is asked, and so how long the request has waited."""

FEW = 8
"""In a turn of so many answers nobody asks how much was worked."""

STRIDE = 7919
"""By so many places those of a large turn are moved on; as a prime it leaves none out."""

Step = Callable[[], None]

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, Turn] = WeakKeyDictionary()


class Turn:
    """What is to be answered and to be written before the loop reads again."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = ref(loop)  # or `_turns` would keep it
        self._answers: deque[Step] = deque()
        self._writes: deque[Step] = deque()
        self._is_due = False
        self._began = 0.0
        self._worked_from = 0.0
        self._shift = 0
        self.answered = 0  # in this turn so far

    @property
    def waited(self) -> float:
        """For how many seconds, at most, the requests of this turn have been here."""
        return perf_counter() - self._began

    @property
    def worked(self) -> float:
        """For how many seconds the processor has worked on them, where they are more than FEW."""
        return thread_time() - self._worked_from

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
        if not self._is_due and (loop := self._loop()):
            self._is_due = True
            self._began = perf_counter()
            loop.call_soon(self._take)

    def _take(self) -> None:
        try:
            self._answer_all()
            self._write_out()
        finally:  # should a step fail, those behind it are taken in the next turn
            self._is_due = False
            if self._answers or self._writes:  # or clients had sent more behind what has just been answered
                self._come()

    def _answer_all(self) -> None:
        began = perf_counter()
        if len(self._answers) > FEW:
            self._worked_from = thread_time()
            # epoll names first who was there in the last turn, and the last of many may be refused: let all be last.
            self._shift += STRIDE
            self._answers.rotate(self._shift)
        for number in range(len(self._answers)):
            self.answered = number
            self._answers.popleft()()
            if perf_counter() - began > SECONDS:
                self._write_out()
                began = perf_counter()

    def _write_out(self) -> None:
        while self._writes:
            self._writes.popleft()()
