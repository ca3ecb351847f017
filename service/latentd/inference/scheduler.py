"""Where work runs: inline on the event loop or in a thread, alone or together with what is waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import inf
from time import monotonic
from typing import Any, TypeVar

from latentd.inference.arrays import FloatArray
from latentd.inference.backlog import Backlog
from latentd.inference.batching import Batcher
from latentd.inference.cores import usable_cores
from latentd.inference.cost import INLINE_SECONDS, Cost
from latentd.inference.stopwatch import Stopwatch

Given = TypeVar("Given")
Result = TypeVar("Result")

SHARED_SECONDS = 0.0001
"""What a run must cost, beside its rows, for sharing it to be worth the trouble."""

COMPANY_SECONDS = 0.1
"""How long requests are expected to come together after some have."""


class Scheduler:
    """Runs short work at once, where a thread would cost more than the work, and long work where it holds up nobody.

    The choice is made here alone, from what the graphs were measured to cost when they were loaded.
    """

    def __init__(self, *, batches: bool = True, queue_seconds: float = inf) -> None:
        """With `batches`, rows of several requests may share a run. The `backlog` is full past `queue_seconds`."""
        self.backlog = Backlog(queue_seconds)
        self._threads = ThreadPoolExecutor(max_workers=usable_cores(), thread_name_prefix="latentd-inference")
        self._batchers: dict[Callable[[FloatArray], Any], Batcher[Any]] = {}
        self._batches = batches
        self._last_company = -inf

    async def run(self, work: Callable[[Given], Result], given: Given, seconds: float, rows: int = 0) -> Result:
        """Give `work(given)`, which is expected to take so many `seconds`, and runs so many `rows` through graphs."""
        if seconds < INLINE_SECONDS:
            return work(given)
        return await self._run_in_thread(work, given, rows, seconds)

    async def run_rows(
        self, work: Callable[[FloatArray], Result], rows: FloatArray, cost: Cost, watch: Stopwatch
    ) -> Result:
        """Give `work(rows)`, where `work` is a method of a model that does the same to each row.

        A run that costs much, and more than the rows in it, is worth sharing. The `watch` tells when the work began,
        with how many rows, and when it ended.
        """
        count = len(rows)
        if self._is_shared(cost, count):
            return await self._share(work, rows, cost, watch)
        if cost.is_short(count):
            return watch.time(work, rows)
        return await self._run_in_thread(partial(watch.time, work), rows, count, cost.seconds(count))

    def waits(self, cost: Cost, rows: int) -> bool:
        """Will so many rows wait for a thread or for a shared run?"""
        return self._is_shared(cost, rows) or not cost.is_short(rows)

    def _is_shared(self, cost: Cost, rows: int) -> bool:
        return self._batches and cost.per_run >= SHARED_SECONDS and cost.per_run >= cost.per_row * rows

    async def _share(
        self, work: Callable[[FloatArray], Result], rows: FloatArray, cost: Cost, watch: Stopwatch
    ) -> Result:
        count = len(rows)
        seconds = cost.per_row * count  # it adds its rows to a run that there is anyway
        self.backlog.add(count, seconds)
        try:
            return await self._batcher(work, cost).run(rows, watch)
        finally:
            self.backlog.remove(count, seconds)

    async def _run_in_thread(self, work: Callable[[Given], Result], given: Given, rows: int, seconds: float) -> Result:
        self.backlog.add(rows, seconds)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, given)
        finally:
            self.backlog.remove(rows, seconds)

    def _batcher(self, work: Callable[[FloatArray], Result], cost: Cost) -> Batcher[Result]:
        batcher = self._batchers.get(work)
        if batcher is None:
            crowded = monotonic() - self._last_company < COMPANY_SECONDS
            batcher = Batcher(work, cost, self._threads, partial(self._forget, work), expects_company=crowded)
            self._batchers[work] = batcher
        return batcher

    def _forget(self, work: Callable[[FloatArray], Any], had_company: bool) -> None:
        """Or a model that is unloaded would stay in memory."""
        del self._batchers[work]
        if had_company:
            self._last_company = monotonic()

    def close(self) -> None:
        """Let what is running finish, and end the threads."""
        self._threads.shutdown()
