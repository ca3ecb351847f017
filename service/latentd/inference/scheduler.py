"""Where a model runs: inline on the event loop, or in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from latentd.inference.cores import usable_cores

Rows = TypeVar("Rows")
Result = TypeVar("Result")

INLINE_SECONDS = 0.001


class Scheduler:
    """Runs short work at once, where a thread would cost more than the work, and long work where it holds up nobody.

    The choice is made here alone, from what the graph was measured to cost when it was loaded.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=usable_cores(), thread_name_prefix="latentd-inference")

    async def run(self, work: Callable[[Rows], Result], rows: Rows, seconds: float) -> Result:
        """Give `work(rows)`, which is expected to take so many `seconds`."""
        if seconds < INLINE_SECONDS:
            return work(rows)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, rows)

    def close(self) -> None:
        """Let what is running finish, and end the threads."""
        self._threads.shutdown()
