"""Counts and nanoseconds, by model and by phase."""

from __future__ import annotations

from latentd.inference.stopwatch import PHASES, Stopwatch
from latentd.statistics import Statistics


def timed() -> Stopwatch:
    watch = Stopwatch()
    for phase in PHASES:
        watch.end(phase)
    return watch


def test_a_request_that_was_answered_counts_in_every_phase() -> None:
    counted = Statistics().of("toy", "1")
    watch = timed()
    counted.succeed(3, watch)
    counted.succeed(3, watch)
    counted.succeed(1, watch)
    assert (counted.success.count, counted.fail.count, counted.rows) == (3, 0, 7)
    assert {name: tally.count for name, tally in counted.phases.items()} == dict.fromkeys(PHASES, 3)
    assert counted.phases["queue"].ns == 3 * watch.phases["queue"]
    assert {rows: batch["run"].count for rows, batch in counted.batches.items()} == {3: 2, 1: 1}


def test_models_are_counted_by_name_and_version() -> None:
    statistics = Statistics()
    statistics.of("toy", "1").fail.add(5)
    assert (statistics.of("toy", "1").fail.count, statistics.of("toy", "1").fail.ns) == (1, 5)
    assert statistics.of("toy", "2").fail.count == 0
