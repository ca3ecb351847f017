"""Several threads at work, one order."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from latentd.files.in_order import in_order


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_items(threads: int) -> None:
    def work(item: int) -> int:
        time.sleep(0.002 * (item % 3))
        return item * item

    assert list(in_order(work, range(20), threads)) == [(item, item * item) for item in range(20)]


def test_one_thread_works_in_order() -> None:
    seen: list[int] = []
    list(in_order(seen.append, range(50), 1))
    assert seen == list(range(50))


def test_threads_work_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=30)
    list(in_order(lambda _item: both.wait(), range(4), 2))


def test_no_more_is_read_than_is_worked_on_and_one_besides() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    results = in_order(lambda item: item, items(), 3)
    for done in range(1, 20):
        next(results)
        assert len(taken) <= done + 3
    results.close()


def test_an_error_of_the_work_reaches_the_caller_in_its_turn() -> None:
    def work(item: int) -> int:
        if item == 3:
            raise ValueError(item)
        return item

    results = in_order(work, range(10), 2)
    assert [next(results)[1] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="3"):
        next(results)
