"""Batches: what waits shares a run, nobody waits for a batch to fill, and everybody gets what is his."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from latentd.inference.arrays import FloatArray
from latentd.inference.batching import BATCH_SECONDS, Batcher, split
from latentd.inference.cost import INLINE_SECONDS, Cost
from latentd.inference.stopwatch import Stopwatch

SHORT = Cost(per_run=INLINE_SECONDS / 2, per_row=INLINE_SECONDS / 10)  # up to four rows are
LONG = Cost(per_run=4 * INLINE_SECONDS, per_row=1e-6)

Results = list[FloatArray | BaseException]


class Work:
    """Doubles rows, once it may; remembers how many came in each run and who did it. Negative rows are refused."""

    def __init__(self) -> None:
        self.may_run = threading.Event()
        self.may_run.set()
        self.sizes: list[int] = []
        self.threads: list[str] = []

    def __call__(self, rows: FloatArray) -> FloatArray:
        self.sizes.append(len(rows))
        self.threads.append(threading.current_thread().name)
        assert self.may_run.wait(30)
        if (rows < 0).any():
            raise ValueError(f"{rows.min():g} is negative")
        return rows * 2


class Desk:
    """A batcher for some work, and what it said when nothing was left to do."""

    def __init__(self, threads: ThreadPoolExecutor, cost: Cost, *, expects_company: bool = False) -> None:
        self.work = Work()
        self.idle: list[bool] = []
        self.batcher = Batcher(self.work, cost, threads, self.idle.append, expects_company=expects_company)

    def ask(self, *values: float, watch: Stopwatch | None = None) -> asyncio.Task[FloatArray]:
        return asyncio.create_task(self.batcher.run(rows_of(*values), watch or Stopwatch()))

    async def ask_all(self, requests: Sequence[Sequence[float]]) -> Results:
        """All in one turn of the event loop."""
        return await asyncio.gather(*(self.ask(*values) for values in requests), return_exceptions=True)

    async def ask_behind_the_first(self, requests: Sequence[Sequence[float]]) -> Results:
        """All but the first while a thread works for that."""
        self.work.may_run.clear()
        first = self.ask(*requests[0])
        while not self.work.sizes:
            await asyncio.sleep(0)
        others = [self.ask(*values) for values in requests[1:]]
        await asyncio.sleep(0)
        self.work.may_run.set()
        return await asyncio.gather(first, *others, return_exceptions=True)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2, thread_name_prefix="desk") as pool:
        yield pool


def rows_of(*values: float) -> FloatArray:
    return np.array(values, np.float32).reshape(-1, 1)


def answered(results: Results) -> list[list[float]]:
    return [result.ravel().tolist() if isinstance(result, np.ndarray) else [] for result in results]


async def settle() -> None:
    """Let the event loop turn until nothing is left to do in it."""
    for _ in range(5):
        await asyncio.sleep(0)


SIZES = [number % 3 + 1 for number in range(20)]
REQUESTS = [list(range(number, number + size)) for number, size in enumerate(SIZES)]


def test_what_is_read_in_one_turn_shares_a_run_and_everybody_gets_his_own(threads: ThreadPoolExecutor) -> None:
    desk = Desk(threads, LONG)
    results = asyncio.run(desk.ask_all(REQUESTS))
    assert answered(results) == [[2 * value for value in values] for values in REQUESTS]
    assert desk.work.sizes == [sum(SIZES)]
    assert desk.idle == [True]


def test_what_comes_during_a_run_shares_the_next(threads: ThreadPoolExecutor) -> None:
    desk = Desk(threads, LONG)
    results = asyncio.run(desk.ask_behind_the_first(REQUESTS))
    assert answered(results) == [[2 * value for value in values] for values in REQUESTS]
    assert desk.work.sizes == [SIZES[0], sum(SIZES[1:])]
    assert desk.idle == [True]


@pytest.mark.parametrize(
    ("cost", "rows", "expects_company", "sizes"),
    [
        (SHORT, 1, False, [1, 3]),  # whoever may be alone does not wait to find out
        (SHORT, 1, True, [4]),
        (SHORT, 2, True, [8]),
        (LONG, 1, False, [4]),
    ],
)
def test_the_event_loop_runs_what_is_short_and_a_thread_what_is_not(
    threads: ThreadPoolExecutor, cost: Cost, rows: int, expects_company: bool, sizes: list[int]
) -> None:
    desk = Desk(threads, cost, expects_company=expects_company)
    asyncio.run(desk.ask_all([[1] * rows] * 4))
    assert desk.work.sizes == sizes
    inline = [name == threading.current_thread().name for name in desk.work.threads]
    assert inline == [cost.is_short(size) for size in sizes]
    assert all(name.startswith("desk") for name, here in zip(desk.work.threads, inline, strict=True) if not here)


def test_a_lone_short_request_runs_before_the_loop_turns(threads: ThreadPoolExecutor) -> None:
    desk = Desk(threads, SHORT)

    async def ask() -> None:
        coroutine = desk.batcher.run(rows_of(1, 2), Stopwatch())
        with pytest.raises(StopIteration) as done:
            coroutine.send(None)
        assert done.value.value.ravel().tolist() == [2, 4]
        await settle()

    asyncio.run(ask())
    assert desk.idle == [False]


def test_answers_go_out_before_the_loop_takes_up_the_next_short_run(threads: ThreadPoolExecutor) -> None:
    desk = Desk(threads, SHORT)
    runs_before: list[int] = []

    async def answer() -> None:
        await desk.batcher.run(rows_of(*range(6)), Stopwatch())
        runs_before.append(len(desk.work.sizes))

    async def ask() -> None:
        desk.work.may_run.clear()
        first = asyncio.create_task(answer())
        while not desk.work.sizes:
            await asyncio.sleep(0)
        second = desk.ask(1)
        await asyncio.sleep(0)
        desk.work.may_run.set()
        await asyncio.gather(first, second)

    asyncio.run(ask())
    assert desk.work.sizes == [6, 1]
    assert desk.work.threads[1] == threading.current_thread().name
    assert runs_before == [1]


@pytest.mark.parametrize("cost", [SHORT, LONG])
def test_who_is_at_fault_gets_the_error_alone(threads: ThreadPoolExecutor, cost: Cost) -> None:
    desk = Desk(threads, cost, expects_company=True)
    results = asyncio.run(desk.ask_all([[0], [1], [-7], [3]]))
    assert answered(results) == [[0], [2], [], [6]]
    assert isinstance(results[2], ValueError)
    assert str(results[2]) == "-7 is negative"
    assert desk.work.sizes == [4, 1, 1, 1, 1]


@pytest.mark.parametrize("cost", [SHORT, LONG])
def test_the_error_of_a_lone_request_is_raised_and_the_next_is_served(threads: ThreadPoolExecutor, cost: Cost) -> None:
    desk = Desk(threads, cost)
    results = asyncio.run(desk.ask_all([[-1]]))
    assert isinstance(results[0], ValueError)
    assert desk.work.sizes == [1]
    asyncio.run(settle())


def test_a_batch_goes_no_further_than_its_time(threads: ThreadPoolExecutor) -> None:
    desk = Desk(threads, Cost(0.0, BATCH_SECONDS / 4))
    results = asyncio.run(desk.ask_all([[value] for value in range(10)]))
    assert desk.work.sizes == [4, 4, 2]
    assert answered(results) == [[2 * value] for value in range(10)]


def test_one_request_runs_however_long_it_takes(threads: ThreadPoolExecutor) -> None:
    desk = Desk(threads, Cost(0.0, BATCH_SECONDS / 4))
    asyncio.run(desk.ask_all([[0], [1] * 50, [2]]))
    assert desk.work.sizes == [1, 50, 1]


def test_what_is_given_up_while_it_waits_is_not_run(threads: ThreadPoolExecutor) -> None:
    desk = Desk(threads, Cost(0.0, BATCH_SECONDS / 4))

    async def ask() -> FloatArray:
        given_up, waiting = desk.ask(*range(4)), desk.ask(3)
        await asyncio.sleep(0)
        given_up.cancel()
        return await waiting

    assert asyncio.run(ask()).tolist() == [[6]]
    assert desk.work.sizes == [1]


def test_where_all_is_given_up_nothing_is_left_to_do(threads: ThreadPoolExecutor) -> None:
    desk = Desk(threads, LONG)

    async def ask() -> None:
        tasks = [desk.ask(value) for value in (1, 2)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await settle()

    asyncio.run(ask())
    assert desk.work.sizes == []
    assert desk.idle == [True]


def test_what_is_given_up_while_it_runs_harms_nobody(threads: ThreadPoolExecutor) -> None:
    desk = Desk(threads, LONG)

    async def ask() -> FloatArray:
        desk.work.may_run.clear()
        given_up, waiting = desk.ask(1), desk.ask(2)
        while not desk.work.sizes:
            await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        desk.work.may_run.set()
        return await waiting

    assert asyncio.run(ask()).tolist() == [[4]]
    assert desk.work.sizes == [2]


def test_everybody_is_told_when_there_are_no_threads_any_more(threads: ThreadPoolExecutor) -> None:
    desk = Desk(threads, LONG)
    threads.shutdown()
    results = asyncio.run(desk.ask_all([[1], [2]]))
    assert [type(result) for result in results] == [RuntimeError] * 2
    assert "after shutdown" in str(results[0])
    assert desk.idle == [True]


@pytest.mark.parametrize("cost", [SHORT, LONG])
def test_a_shared_run_is_told_with_all_its_rows_and_one_leads_it(threads: ThreadPoolExecutor, cost: Cost) -> None:
    desk, watches = Desk(threads, cost, expects_company=True), [Stopwatch() for _ in range(3)]

    async def ask() -> None:
        await asyncio.gather(*(desk.ask(1, 2, watch=watch) for watch in watches))

    asyncio.run(ask())
    assert [(watch.run_rows, watch.leads) for watch in watches] == [(6, True), (6, False), (6, False)]
    assert all(list(watch.phases) == ["queue", "run"] for watch in watches)


def test_a_run_ends_with_the_work_however_long_the_loop_is_busy_then(threads: ThreadPoolExecutor) -> None:
    desk, watch = Desk(threads, LONG), Stopwatch()

    async def ask() -> None:
        desk.work.may_run.clear()
        task = desk.ask(1, watch=watch)
        while not desk.work.sizes:
            await asyncio.sleep(0)
        desk.work.may_run.set()
        time.sleep(0.05)
        await task

    asyncio.run(ask())
    watch.end("write")
    assert watch.phases["run"] < 25_000_000
    assert watch.phases["write"] > 25_000_000


def test_where_a_batch_fails_everybody_is_timed_in_a_run_of_his_own(threads: ThreadPoolExecutor) -> None:
    desk, watches = Desk(threads, LONG), [Stopwatch() for _ in range(3)]

    async def ask() -> None:
        desk.work.may_run.clear()
        tasks = [desk.ask(value, watch=watch) for value, watch in zip((-1, 2, 3), watches, strict=True)]
        while not desk.work.sizes:
            await asyncio.sleep(0)
        await asyncio.sleep(0.02)  # the run that fails takes that long
        desk.work.may_run.set()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(ask())
    assert [(watch.run_rows, watch.leads) for watch in watches] == [(1, True)] * 3
    assert all(watch.phases["queue"] >= 20_000_000 for watch in watches)
    assert all(sum(watch.phases.values()) <= watch.ns for watch in watches)


@dataclass(frozen=True)
class Pair:
    latents: FloatArray
    logvar: FloatArray | None


def test_dataclasses_of_arrays_are_split_by_rows() -> None:
    both = Pair(np.arange(12, dtype=np.float32).reshape(6, 2), None)
    parts = list(split(both, [1, 3, 2]))
    assert [part.latents.tolist() for part in parts] == [[[0, 1]], [[2, 3], [4, 5], [6, 7]], [[8, 9], [10, 11]]]
    assert all(part.logvar is None for part in parts)
    assert np.shares_memory(parts[1].latents, both.latents)
