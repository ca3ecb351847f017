"""The scheduler: short work at once, long work in a thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from latentd.inference.scheduler import INLINE_SECONDS, Scheduler


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
