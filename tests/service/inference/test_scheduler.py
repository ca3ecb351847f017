"""The scheduler: short work at once, long work in a thread."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from latentd.inference.arrays import FloatArray
from latentd.inference.cost import Cost
from latentd.inference.scheduler import INLINE_SECONDS, Scheduler
from latentd.inference.stopwatch import Stopwatch


def with_scheduler(use: Callable[[Scheduler], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        scheduler = Scheduler()
        try:
            return await use(scheduler)
        finally:
            scheduler.close()

    return asyncio.run(run())


def thread_of(_rows: int) -> str:
    return threading.current_thread().name


@pytest.mark.parametrize(
    ("seconds", "inline"), [(0.0, True), (INLINE_SECONDS / 2, True), (INLINE_SECONDS, False), (1.0, False)]
)
def test_the_expected_duration_decides_where_work_runs(seconds: float, inline: bool) -> None:
    name = with_scheduler(lambda scheduler: scheduler.run(thread_of, 0, seconds))
    assert (name == threading.current_thread().name) == inline
    assert name.startswith("latentd-inference") != inline


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_the_result_of_the_work_is_given(seconds: float) -> None:
    assert with_scheduler(lambda scheduler: scheduler.run(lambda rows: rows + 1, 41, seconds)) == 42


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_an_error_of_the_work_is_raised(seconds: float) -> None:
    with pytest.raises(ZeroDivisionError):
        with_scheduler(lambda scheduler: scheduler.run(lambda rows: rows // 0, 1, seconds))


def test_long_work_holds_up_nobody() -> None:
    released = threading.Event()

    async def use(scheduler: Scheduler) -> str:
        long = asyncio.create_task(scheduler.run(lambda _rows: released.wait(30), 0, 1.0))
        await asyncio.sleep(0)  # the long work has begun
        name = await scheduler.run(thread_of, 0, 0.0)
        released.set()
        assert await long
        return name

    assert with_scheduler(use) == threading.current_thread().name


SHARED = Cost(per_run=INLINE_SECONDS, per_row=1e-9)
ROWS = np.ones((3, 2), np.float32)


class Recorder:
    """Work that remembers who did it, and how many rows came at a time."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, int]] = []

    def work(self, rows: FloatArray) -> FloatArray:
        self.runs.append((threading.current_thread().name, len(rows)))
        time.sleep(0.01)
        return rows * 2


async def ask_five_times(scheduler: Scheduler, recorder: Recorder, cost: Cost) -> None:
    found = await asyncio.gather(
        *(scheduler.run_rows(recorder.work, ROWS * number, cost, Stopwatch()) for number in range(5))
    )
    for number, result in enumerate(found):
        np.testing.assert_array_equal(result, ROWS * number * 2)


@pytest.mark.parametrize(
    ("cost", "batches", "sizes"),
    [
        (SHARED, True, [3, 12]),
        (SHARED, False, [3] * 5),
        (Cost(0.0, INLINE_SECONDS), True, [3] * 5),  # sharing a run would gain nothing
        (Cost(0.0, 0.0), True, [3] * 5),
    ],
)
def test_runs_are_shared_where_they_cost_more_than_their_rows(cost: Cost, batches: bool, sizes: list[int]) -> None:
    recorder, scheduler = Recorder(), Scheduler(batches=batches)
    asyncio.run(ask_five_times(scheduler, recorder, cost))
    scheduler.close()
    assert [size for _, size in recorder.runs] == sizes
    inline = cost.seconds(3) < INLINE_SECONDS
    assert all((name == threading.current_thread().name) == inline for name, _ in recorder.runs)


def test_a_model_that_nothing_waits_for_is_let_go() -> None:
    scheduler, recorder = Scheduler(), Recorder()
    asyncio.run(ask_five_times(scheduler, recorder, SHARED))
    scheduler.close()
    gone = weakref.ref(recorder)
    del recorder
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("cost", [Cost(0.0, 0.0), Cost(0.0, INLINE_SECONDS), SHARED])
def test_waiting_and_running_are_timed_wherever_the_work_runs(cost: Cost) -> None:
    scheduler, watch = Scheduler(), Stopwatch()

    async def ask() -> None:
        await scheduler.run_rows(Recorder().work, ROWS, cost, watch)

    asyncio.run(ask())
    scheduler.close()
    assert list(watch.phases) == ["queue", "run"]
    assert watch.phases["run"] >= 10_000_000  # the 10 ms that the work sleeps
