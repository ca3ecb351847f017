"""Rows of several requests in one run, where a run costs much and a row in it little.

What waits is batched, and nothing waits for a batch to fill: no timer is ever set.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
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
    """One piece of `work` on rows [N, n], one run at a time, from its first request until nothing is left to do.

    Short runs are done on the event loop, long ones in a thread while the loop gathers what goes into the next. Results
    are arrays whose first axis is that of the rows, or dataclasses of such arrays.
    """

    def __init__(
        self,
        work: Callable[[FloatArray], Result],
        cost: Cost,
        threads: Executor,
        on_idle: Callable[[bool], None],
        *,
        expects_company: bool,
    ) -> None:
        """`on_idle` is called when nothing is running or waiting any more, with whether several requests had come.

        Where it `expects_company`, a request that finds the work idle shares a run with those that were read in the
        same turn of the event loop. Elsewhere it runs at once, alone, and those share the next one.
        """
        self._work = work
        self._cost = cost
        self._threads = threads
        self._on_idle = on_idle
        self._expects_company = expects_company
        self._waiting: deque[_Waiting[Result]] = deque()
        self._requests = 0

    async def run(self, rows: FloatArray, watch: Stopwatch) -> Result:
        """Give `work(rows)`, perhaps out of a run with other requests' rows. Raises what the work raises for them.

        On the `watch`, "queue" ends where the work begins, and "run" where it ends.
        """
        loop = asyncio.get_running_loop()
        self._requests += 1
        if self._requests == 1:
            loop.call_soon(self._start)  # behind those that were read in the same turn
            if not self._expects_company and self._cost.is_short(len(rows)):
                return watch.time(self._work, rows)
        mine: _Waiting[Result] = _Waiting(rows, watch, loop.create_future())
        self._waiting.append(mine)
        return await mine.future

    def _start(self) -> None:
        """Run what waits, if anything does."""
        batch = self._next_batch()
        if not batch:
            self._on_idle(self._requests > 1)
        elif self._is_short(batch):
            self._finish(batch, self._run(batch))
        else:
            self._run_in_thread(batch)

    def _is_short(self, batch: Iterable[_Waiting[Result]]) -> bool:
        return self._cost.is_short(sum(len(each.rows) for each in batch))

    def _next_batch(self) -> list[_Waiting[Result]]:
        """What is waiting, in the order in which it came, as far as a batch may go; not what nobody waits for still."""
        batch: list[_Waiting[Result]] = []
        rows = 0
        while self._waiting:
            if not self._waiting[0].future.done():
                rows += len(self._waiting[0].rows)
                if batch and self._cost.seconds(rows) > BATCH_SECONDS:
                    break
                batch.append(self._waiting[0])
            self._waiting.popleft()
        return batch

    def _run_in_thread(self, batch: Sequence[_Waiting[Result]]) -> None:
        try:
            running = asyncio.get_running_loop().run_in_executor(self._threads, self._run, batch)
        except RuntimeError as error:  # the threads have ended
            self._finish(batch, [error] * len(batch))
        else:
            running.add_done_callback(lambda done: self._finish(batch, done.result()))

    def _run(self, batch: Sequence[_Waiting[Result]]) -> list[Result | Exception]:
        """The result for each. Where the batch fails each runs alone, so that one cannot spoil the others."""
        sizes = [len(each.rows) for each in batch]
        for number, each in enumerate(batch):
            each.watch.begin_run(sum(sizes), leads=number == 0)
        try:
            result = self._work(np.concatenate([each.rows for each in batch]) if len(batch) > 1 else batch[0].rows)
            results: list[Result | Exception] = list(split(result, sizes))
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            return [error] if len(batch) == 1 else [self._run_again(each) for each in batch]
        for each in batch:
            each.watch.end("run")
        return results

    def _run_again(self, waiting: _Waiting[Result]) -> Result | Exception:
        waiting.watch.begin_again(len(waiting.rows))
        try:
            return self._work(waiting.rows)
        except Exception as error:  # noqa: BLE001 - as above
            return error
        finally:
            waiting.watch.end("run")

    def _finish(self, batch: Sequence[_Waiting[Result]], results: Sequence[Result | Exception]) -> None:
        """Hand the results out, and go on: at once with what a thread does, else behind the answers to this batch."""
        for each, result in zip(batch, results, strict=True):
            if each.future.done():  # its request was given up
                continue
            if isinstance(result, Exception):
                each.future.set_exception(result)
            else:
                each.future.set_result(result)
        if self._is_short(self._waiting):
            asyncio.get_running_loop().call_soon(self._start)
        else:
            self._start()


def split(result: Any, sizes: Sequence[int]) -> Iterator[Any]:
    """A result of many rows as results of so many rows each: views, nothing is copied."""
    for start, end in pairwise(accumulate(sizes, initial=0)):
        yield _slice(result, start, end)


def _slice(result: Any, start: int, end: int) -> Any:
    if is_dataclass(result) and not isinstance(result, type):
        parts = {each.name: _slice(getattr(result, each.name), start, end) for each in fields(result)}
        return type(result)(**parts)
    return None if result is None else result[start:end]
