"""The stopwatch of a request."""

from __future__ import annotations

import time

import numpy as np
import pytest

from latentd.inference.arrays import FloatArray
from latentd.inference.stopwatch import PHASES, Stopwatch


def test_phases_follow_each_other_without_a_gap() -> None:
    watch = Stopwatch()
    for phase in PHASES:
        watch.end(phase)
    assert list(watch.phases) == list(PHASES)
    assert all(ns >= 0 for ns in watch.phases.values())
    assert sum(watch.phases.values()) <= watch.ns


def test_work_is_timed_as_a_run_of_its_own() -> None:
    watch = Stopwatch()
    time.sleep(0.01)
    assert watch.time(len, np.zeros((3, 2), np.float32)) == 3
    assert (watch.run_rows, watch.leads) == (3, True)
    assert list(watch.phases) == ["queue", "run"]
    assert watch.phases["queue"] >= 10_000_000
    assert watch.phases["run"] < 10_000_000


def test_what_was_waited_before_is_a_part_of_the_queue() -> None:
    watch = Stopwatch()
    watch.has_waited(0.5)
    watch.restart()
    watch.end("read")
    watch.begin_run(1)
    watch.begin_again(1)
    assert 500_000_000 <= watch.phases["queue"] < 900_000_000
    assert watch.ns >= 500_000_000


def test_an_error_of_the_work_is_raised() -> None:
    def fail(rows: FloatArray) -> None:
        raise ValueError(f"{len(rows)} rows")

    with pytest.raises(ValueError, match="3 rows"):
        Stopwatch().time(fail, np.zeros((3, 2), np.float32))


def test_what_is_begun_again_has_waited_until_then() -> None:
    watch = Stopwatch()
    time.sleep(0.01)
    watch.begin_run(5, leads=False)
    time.sleep(0.01)
    watch.begin_again(2)
    watch.end("run")
    assert (watch.run_rows, watch.leads) == (2, True)
    assert watch.phases["queue"] >= 20_000_000
    assert sum(watch.phases.values()) <= watch.ns
