"""Rows of several requests in one run, where a run costs much and a row in it little.

What waits is batched, and nothing waits for a batch: a request that finds its work idle runs at once, alone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, is_dataclass
from itertools import accumulate, pairwise
from typing import Any, Generic, TypeVar

import numpy as np

from latentd.inference.arrays import FloatArray
from latentd.inference.cost import Cost
from latentd.inference.stopwatch import Stopwatch

BATCH_SECONDS = 0.05
"""How long a batch may take, at most, unless one request alone takes longer."""

Result = TypeVar("Result")


@dataclass(slots=True)
class _Waiting(Generic[Result]):
    rows: FloatArray
    watch: Stopwatch
    future: asyncio.Future[Result]


class Batcher(Generic[Result]):
    """One piece of `work` on rows [N, n], done by one thread of `threads` at a time.

    Its results are arrays whose first axis is that of the rows, or dataclasses of such arrays.
    """

    def __init__(
        self, work: Callable[[FloatArray], Result], cost: Cost, threads: Executor, on_idle: Callable[[], None]
    ) -> None:
        """`on_idle` is called when nothing is running or waiting any more."""
        self._work = work
        self._on_idle = on_idle
        self._cost = cost
        self._threads = threads
        self._waiting: deque[_Waiting[Result]] = deque()
        self._is_running = False

    async def run(self, rows: FloatArray, watch: Stopwatch) -> Result:
        """Give `work(rows)`, perhaps out of a run with other requests' rows. Raises what the work raises for them.

        On the `watch`, "queue" ends where the work begins.
        """
        mine: _Waiting[Result] = _Waiting(rows, watch, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if not self._is_running:
            self._start()
        return await mine.future

    def _start(self) -> None:
        batch = self._next_batch()
        self._is_running = bool(batch)
        if not batch:
            self._on_idle()
        else:
            running = asyncio.get_running_loop().run_in_executor(self._threads, self._run, batch)
            running.add_done_callback(lambda done: self._finish(batch, done))

    def _next_batch(self) -> list[_Waiting[Result]]:
        """What is waiting, in the order in which it came, as far as a batch may go; not what nobody waits for still."""
        batch: list[_Waiting[Result]] = []
        total = 0
        while self._waiting:
            total += len(self._waiting[0].rows)
            if batch and self._cost.seconds(total) > BATCH_SECONDS:
                break
            taken = self._waiting.popleft()
            if not taken.future.done():
                batch.append(taken)
        return batch

    def _run(self, batch: Sequence[_Waiting[Result]]) -> list[Result | Exception]:
        """The result for each. Where the batch fails each runs alone, so that one cannot spoil the others."""
        parts = [each.rows for each in batch]
        if len(parts) > 1:
            for number, each in enumerate(batch):
                each.watch.begin_run(sum(map(len, parts)), leads=number == 0)
            try:
                return list(split(self._work(np.concatenate(parts)), [len(rows) for rows in parts]))
            except Exception:  # noqa: BLE001, S110 - whoever is at fault gets it below
                pass
        return [self._run_alone(each) for each in batch]

    def _run_alone(self, waiting: _Waiting[Result]) -> Result | Exception:
        waiting.watch.begin_run(len(waiting.rows))
        try:
            return self._work(waiting.rows)
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            return error

    def _finish(self, batch: Sequence[_Waiting[Result]], done: asyncio.Future[list[Result | Exception]]) -> None:
        self._start()
        for each, result in zip(batch, done.result(), strict=True):
            if each.future.done():  # its request was given up
                continue
            if isinstance(result, Exception):
                each.future.set_exception(result)
            else:
                each.future.set_result(result)


def split(result: Any, sizes: Sequence[int]) -> Iterator[Any]:
    """A result of many rows as results of so many rows each: views, nothing is copied."""
    for start, end in pairwise(accumulate(sizes, initial=0)):
        yield _slice(result, start, end)


def _slice(result: Any, start: int, end: int) -> Any:
    if is_dataclass(result) and not isinstance(result, type):
        parts = {each.name: _slice(getattr(result, each.name), start, end) for each in fields(result)}
        return type(result)(**parts)
    return None if result is None else result[start:end]
