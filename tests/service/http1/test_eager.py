"""A first step at once, and a task for the rest."""

from __future__ import annotations

import asyncio
import contextvars
import gc
from collections.abc import Coroutine
from typing import Any

import pytest

from latentd.http1.eager import run_eagerly

VALUE = contextvars.ContextVar("VALUE", default="unset")


class Ran:
    """What is left to be done by tasks, and what has been noted."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self.notes: list[Any] = []

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        run_eagerly(asyncio.get_running_loop(), work, self.tasks)

    async def end(self) -> None:
        while self.tasks:
            await asyncio.wait(self.tasks)


def test_work_that_never_waits_is_done_at_once() -> None:
    async def run() -> None:
        ran = Ran()

        async def work() -> None:
            ran.notes.append(asyncio.current_task())

        asyncio.get_running_loop().call_soon(ran.start, work())
        await asyncio.sleep(0)
        assert ran.notes == [None]
        assert not ran.tasks

    asyncio.run(run())


def test_work_that_waits_goes_on_in_a_task() -> None:
    async def run() -> None:
        ran = Ran()
        future = asyncio.get_running_loop().create_future()

        async def work() -> None:
            ran.notes.append("begun")
            ran.notes.append(await future)
            ran.notes.append(asyncio.current_task() in ran.tasks)
            await asyncio.sleep(0)
            await asyncio.sleep(0.001)
            ran.notes.append("ended")

        ran.start(work())
        assert ran.notes == ["begun"]
        assert len(ran.tasks) == 1
        future.set_result("result")
        await ran.end()
        assert ran.notes == ["begun", "result", True, "ended"]

    asyncio.run(run())


async def wait_shortly() -> None:
    await asyncio.sleep(0.001)


async def wait_for_a_task() -> None:
    await asyncio.create_task(asyncio.sleep(0.001))


async def wait_for_a_lock() -> None:
    lock = asyncio.Lock()
    await lock.acquire()
    asyncio.get_running_loop().call_soon(lock.release)
    async with lock:
        pass


async def wait_for_a_thread() -> None:
    await asyncio.get_running_loop().run_in_executor(None, int)


async def wait_twice_for_nothing() -> None:
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def wait_with_a_limit() -> None:
    await asyncio.sleep(0)  # a limit needs a task
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await asyncio.sleep(10)


async def wait_for_what_is_done() -> None:
    future = asyncio.get_running_loop().create_future()
    future.set_result(None)
    await future
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    "wait",
    [
        *[wait_shortly, wait_for_a_task, wait_for_a_lock, wait_for_a_thread, wait_twice_for_nothing],
        *[wait_with_a_limit, wait_for_what_is_done],
    ],
)
def test_anything_may_be_waited_for(wait: Any) -> None:
    async def run() -> None:
        ran = Ran()

        async def work() -> None:
            await wait()
            ran.notes.append("ended")

        ran.start(work())
        assert len(ran.tasks) == 1
        await ran.end()
        assert ran.notes == ["ended"]

    asyncio.run(run())


def test_an_error_at_once_is_raised_at_once() -> None:
    async def run() -> None:
        ran = Ran()

        async def work() -> None:
            raise ValueError("at once")

        with pytest.raises(ValueError, match="at once"):
            ran.start(work())
        assert not ran.tasks

    asyncio.run(run())


def test_an_error_later_is_the_tasks() -> None:
    async def run() -> None:
        ran = Ran()

        async def work() -> None:
            await asyncio.sleep(0)
            raise ValueError("later")

        ran.start(work())
        (task,) = ran.tasks
        with pytest.raises(ValueError, match="later"):
            await task
        assert not ran.tasks

    asyncio.run(run())


def test_what_is_waited_for_may_fail() -> None:
    async def run() -> None:
        ran = Ran()
        future = asyncio.get_running_loop().create_future()

        async def work() -> None:
            try:
                await future
            except ValueError as error:
                ran.notes.append(str(error))

        ran.start(work())
        future.set_exception(ValueError("what was waited for"))
        await ran.end()
        assert ran.notes == ["what was waited for"]

    asyncio.run(run())


@pytest.mark.parametrize("turns", [0, 1, 2], ids=["before the task's first step", "in it", "after it"])
@pytest.mark.parametrize("survives", [False, True])
def test_a_cancellation_reaches_the_work(turns: int, survives: bool) -> None:
    async def run() -> None:
        ran = Ran()

        async def work() -> None:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                ran.notes.append("cancelled")
                if not survives:
                    raise
            await asyncio.sleep(0)
            ran.notes.append("ended")

        ran.start(work())
        (task,) = ran.tasks
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await ran.end()
        assert task.cancelled() is not survives
        assert ran.notes == (["cancelled", "ended"] if survives else ["cancelled"])

    asyncio.run(run())
    gc.collect()  # or a coroutine that has been left alone would complain in another test


def test_a_cancellation_at_once_ends_the_work_and_nothing_else() -> None:
    async def run() -> None:
        ran = Ran()
        future = asyncio.get_running_loop().create_future()
        future.cancel()

        async def work() -> None:
            await future

        ran.start(work())
        assert not ran.tasks

    asyncio.run(run())


def test_variables_are_the_works_own() -> None:
    async def run() -> None:
        ran = Ran()

        async def work(name: str) -> None:
            ran.notes.append(VALUE.get())
            VALUE.set(name)
            await asyncio.sleep(0)
            ran.notes.append(VALUE.get())
            VALUE.set("later")

        ran.start(work("a"))
        ran.start(work("b"))
        assert VALUE.get() == "unset"
        await ran.end()
        assert VALUE.get() == "unset"
        assert ran.notes == ["unset", "unset", "a", "b"]

    asyncio.run(run())


def test_variables_are_inherited() -> None:
    async def run() -> None:
        ran = Ran()

        async def work() -> None:
            ran.notes.append(VALUE.get())
            await asyncio.sleep(0)
            ran.notes.append(VALUE.get())

        VALUE.set("outer")
        ran.start(work())
        VALUE.set("changed meanwhile")
        await ran.end()
        assert ran.notes == ["outer", "outer"]

    asyncio.run(run())


def test_a_task_of_it_can_be_shown() -> None:
    async def run() -> None:
        ran = Ran()
        ran.start(asyncio.sleep(0))
        (task,) = ran.tasks
        assert "Task" in repr(task)
        assert task.get_stack() == []
        await ran.end()

    asyncio.run(run())
