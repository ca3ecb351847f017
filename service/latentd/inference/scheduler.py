"""Where work runs: inline on the event loop, in a thread, or in a thread together with what is waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from latentd.inference.arrays import FloatArray
from latentd.inference.batching import Batcher
from latentd.inference.cores import usable_cores
from latentd.inference.cost import Cost
from latentd.inference.stopwatch import Stopwatch

Given = TypeVar("Given")
Result = TypeVar("Result")

INLINE_SECONDS = 0.001


class Scheduler:
    """Runs short work at once, where a thread would cost more than the work, and long work where it holds up nobody.

    The choice is made here alone, from what the graphs were measured to cost when they were loaded.
    """

    def __init__(self, *, batches: bool = True) -> None:
        """With `batches`, rows of several requests may share a run."""
        self._threads = ThreadPoolExecutor(max_workers=usable_cores(), thread_name_prefix="latentd-inference")
        self._batchers: dict[Callable[[FloatArray], Any], Batcher[Any]] = {}
        self._batches = batches

    async def run(self, work: Callable[[Given], Result], given: Given, seconds: float) -> Result:
        """Give `work(given)`, which is expected to take so many `seconds`."""
        if seconds < INLINE_SECONDS:
            return work(given)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, given)

    async def run_rows(
        self, work: Callable[[FloatArray], Result], rows: FloatArray, cost: Cost, watch: Stopwatch
    ) -> Result:
        """Give `work(rows)`, where `work` is a method of a model that does the same to each row.

        A run that costs more than the rows in it is worth sharing. The `watch` tells when the work began, with how
        many rows, and when it ended.
        """
        if cost.seconds(len(rows)) < INLINE_SECONDS:
            watch.begin_run(len(rows))
            result = work(rows)
        elif not self._batches or cost.per_run < cost.per_row * len(rows):
            timed = partial(_run_timed, work, rows, watch)
            result = await asyncio.get_running_loop().run_in_executor(self._threads, timed)
        else:
            result = await self._batcher(work, cost).run(rows, watch)
        watch.end("run")
        return result

    def _batcher(self, work: Callable[[FloatArray], Result], cost: Cost) -> Batcher[Result]:
        if work not in self._batchers:
            self._batchers[work] = Batcher(work, cost, self._threads, partial(self._forget, work))
        return self._batchers[work]

    def _forget(self, work: Callable[[FloatArray], Any]) -> None:
        """Or a model that is unloaded would stay in memory."""
        del self._batchers[work]

    def close(self) -> None:
        """Let what is running finish, and end the threads."""
        self._threads.shutdown()


def _run_timed(work: Callable[[FloatArray], Result], rows: FloatArray, watch: Stopwatch) -> Result:
    watch.begin_run(len(rows))
    return work(rows)
