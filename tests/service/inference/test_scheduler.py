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

from latentd.inference import scheduler as scheduler_module
from latentd.inference.arrays import FloatArray
from latentd.inference.cost import INLINE_SECONDS, Cost
from latentd.inference.scheduler import COMPANY_SECONDS, SHARED_SECONDS, Scheduler
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


ROWS = np.ones((3, 2), np.float32)
TINY = Cost(per_run=SHARED_SECONDS / 2, per_row=1e-9)
SHORT = Cost(per_run=SHARED_SECONDS, per_row=1e-9)
LONG = Cost(per_run=INLINE_SECONDS, per_row=1e-9)
STEEP = Cost(per_run=INLINE_SECONDS, per_row=INLINE_SECONDS)  # its rows cost as much as its run


class Recorder:
    """Work that remembers who did it, and how many rows came at a time."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, int]] = []

    def work(self, rows: FloatArray) -> FloatArray:
        self.runs.append((threading.current_thread().name, len(rows)))
        time.sleep(0.01)
        return rows * 2

    @property
    def sizes(self) -> list[int]:
        return [size for _, size in self.runs]


async def ask_five_times(scheduler: Scheduler, recorder: Recorder, cost: Cost) -> None:
    """All in one turn of the event loop."""
    found = await asyncio.gather(
        *(scheduler.run_rows(recorder.work, ROWS * number, cost, Stopwatch()) for number in range(5))
    )
    for number, result in enumerate(found):
        np.testing.assert_array_equal(result, ROWS * number * 2)


async def ask_until_idle(scheduler: Scheduler, recorder: Recorder, cost: Cost) -> None:
    await ask_five_times(scheduler, recorder, cost)
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("cost", "batches", "sizes"),
    [
        (TINY, True, [3] * 5),
        (SHORT, True, [3, 12]),
        (SHORT, False, [3] * 5),
        (LONG, True, [15]),
        (LONG, False, [3] * 5),
        (STEEP, True, [3] * 5),
    ],
)
def test_runs_are_shared_where_they_cost_much_and_more_than_their_rows(
    cost: Cost, batches: bool, sizes: list[int]
) -> None:
    recorder, scheduler = Recorder(), Scheduler(batches=batches)
    asyncio.run(ask_five_times(scheduler, recorder, cost))
    scheduler.close()
    assert recorder.sizes == sizes
    assert all((name == threading.current_thread().name) == cost.is_short(3) for name, _ in recorder.runs)


def test_where_requests_came_together_none_runs_ahead_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler, recorder, now = Scheduler(), Recorder(), [1000.0]
    monkeypatch.setattr(scheduler_module, "monotonic", lambda: now[0])

    async def ask() -> None:
        for _ in range(2):
            await ask_until_idle(scheduler, recorder, SHORT)
        now[0] += COMPANY_SECONDS
        await ask_five_times(scheduler, recorder, SHORT)

    asyncio.run(ask())
    scheduler.close()
    assert recorder.sizes == [3, 12, 15, 3, 12]


def test_models_do_not_share_a_run() -> None:
    scheduler, recorders = Scheduler(), [Recorder(), Recorder()]

    async def ask() -> None:
        await asyncio.gather(*(ask_five_times(scheduler, recorder, LONG) for recorder in recorders))

    asyncio.run(ask())
    scheduler.close()
    assert [recorder.sizes for recorder in recorders] == [[15], [15]]


@pytest.mark.parametrize("cost", [TINY, SHORT, LONG])
def test_a_model_that_nothing_waits_for_is_let_go(cost: Cost) -> None:
    scheduler, recorder = Scheduler(), Recorder()
    asyncio.run(ask_until_idle(scheduler, recorder, cost))
    scheduler.close()
    gone = weakref.ref(recorder)
    del recorder
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("cost", [TINY, SHORT, LONG, STEEP])
def test_waiting_and_running_are_timed_wherever_the_work_runs(cost: Cost) -> None:
    scheduler, watch = Scheduler(), Stopwatch()

    async def ask() -> None:
        await scheduler.run_rows(Recorder().work, ROWS, cost, watch)

    asyncio.run(ask())
    scheduler.close()
    assert list(watch.phases) == ["queue", "run"]
    assert watch.phases["run"] >= 10_000_000  # the 10 ms that the work sleeps
