"""Batches: what waits shares a run, nobody waits for a batch, and everybody gets what is his."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from latentd.inference.arrays import FloatArray
from latentd.inference.batching import BATCH_SECONDS, Batcher, split
from latentd.inference.cost import Cost
from latentd.inference.stopwatch import Stopwatch

CHEAP_ROWS = Cost(per_run=0.004, per_row=1e-6)


class Work:
    """Doubles rows, once it may; remembers how many rows came in each run. Negative rows are refused."""

    def __init__(self) -> None:
        self.may_run = threading.Event()
        self.sizes: list[int] = []

    def __call__(self, rows: FloatArray) -> FloatArray:
        assert self.may_run.wait(30)
        self.sizes.append(len(rows))
        if (rows < 0).any():
            raise ValueError(f"{rows.min():g} is negative")
        return rows * 2


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def rows_of(*values: float) -> FloatArray:
    return np.array(values, np.float32).reshape(-1, 1)


def run(
    work: Work, threads: ThreadPoolExecutor, requests: list[FloatArray], cost: Cost = CHEAP_ROWS
) -> tuple[list[FloatArray | BaseException], int]:
    """All requests at once, while the first of them holds the work up; and how often nothing was left to do."""
    idle: list[None] = []

    async def ask() -> list[FloatArray | BaseException]:
        batcher = Batcher(work, cost, threads, lambda: idle.append(None))
        tasks = [asyncio.create_task(batcher.run(rows, Stopwatch())) for rows in requests]
        await asyncio.sleep(0)
        work.may_run.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    return asyncio.run(ask()), len(idle)


def test_what_waits_shares_a_run_and_everybody_gets_his_own(threads: ThreadPoolExecutor) -> None:
    work = Work()
    requests = [rows_of(*range(number, number + number % 3 + 1)) for number in range(20)]
    results, idle = run(work, threads, requests)
    for rows, result in zip(requests, results, strict=True):
        np.testing.assert_array_equal(result, rows * 2)
    assert work.sizes == [1, sum(map(len, requests)) - 1]
    assert idle == 1


def test_a_lone_request_runs_at_once(threads: ThreadPoolExecutor) -> None:
    work = Work()
    results, _ = run(work, threads, [rows_of(1, 2)])
    np.testing.assert_array_equal(results[0], [[2], [4]])
    assert work.sizes == [2]


def test_who_is_at_fault_gets_the_error_alone(threads: ThreadPoolExecutor) -> None:
    work = Work()
    first, good, bad, other = run(work, threads, [rows_of(value) for value in (0, 1, -7, 3)])[0]
    assert [float(each[0, 0]) for each in (first, good, other) if isinstance(each, np.ndarray)] == [0, 2, 6]
    assert isinstance(bad, ValueError)
    assert str(bad) == "-7 is negative"


def test_a_batch_goes_no_further_than_its_time(threads: ThreadPoolExecutor) -> None:
    work = Work()
    run(work, threads, [rows_of(value) for value in range(10)], Cost(0.0, BATCH_SECONDS / 4))
    assert work.sizes == [1, 4, 4, 1]


def test_one_request_runs_however_long_it_takes(threads: ThreadPoolExecutor) -> None:
    work = Work()
    run(work, threads, [rows_of(0), rows_of(*range(50)), rows_of(1)], Cost(0.0, BATCH_SECONDS / 4))
    assert work.sizes == [1, 50, 1]


def test_what_is_given_up_while_it_waits_is_not_run(threads: ThreadPoolExecutor) -> None:
    work = Work()

    async def ask() -> None:
        batcher = Batcher(work, CHEAP_ROWS, threads, lambda: None)
        running, given_up, waiting = (
            asyncio.create_task(batcher.run(rows_of(value), Stopwatch())) for value in (1, 2, 3)
        )
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        work.may_run.set()
        await asyncio.gather(running, waiting)

    asyncio.run(ask())
    assert work.sizes == [1, 1]


def test_what_is_given_up_while_it_runs_harms_nobody(threads: ThreadPoolExecutor) -> None:
    work = Work()

    async def ask() -> FloatArray:
        batcher = Batcher(work, CHEAP_ROWS, threads, lambda: None)
        given_up, waiting = (asyncio.create_task(batcher.run(rows_of(value), Stopwatch())) for value in (1, 2))
        await asyncio.sleep(0.01)
        given_up.cancel()
        await asyncio.sleep(0)
        work.may_run.set()
        return await waiting

    np.testing.assert_array_equal(asyncio.run(ask()), [[4]])


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


def test_a_shared_run_is_told_with_all_its_rows_and_one_leads_it(threads: ThreadPoolExecutor) -> None:
    work, watches = Work(), [Stopwatch() for _ in range(4)]

    async def ask() -> None:
        batcher = Batcher(work, CHEAP_ROWS, threads, lambda: None)
        tasks = [asyncio.create_task(batcher.run(rows_of(1, 2), watch)) for watch in watches]
        await asyncio.sleep(0)
        work.may_run.set()
        await asyncio.gather(*tasks)

    asyncio.run(ask())
    assert [(watch.run_rows, watch.leads) for watch in watches] == [(2, True), (6, True), (6, False), (6, False)]
