"""Counts and nanoseconds, by model, by graph and by phase."""

from __future__ import annotations

import numpy as np
import pytest

from latentd.inference import Registry
from latentd.inference.stopwatch import PHASES, Stopwatch
from latentd.observability.statistics import (
    ERROR_LEVELS,
    EXACT_ROWS,
    NOTED_AT_MOST,
    Histogram,
    Statistics,
    error_bounds,
)


def timed() -> Stopwatch:
    watch = Stopwatch()
    for phase in PHASES:
        watch.end(phase)
    return watch


def test_a_request_that_was_answered_counts_in_every_phase(registry: Registry) -> None:
    counted = Statistics().of(registry.get("toy", 1), "encoder")
    watch = timed()
    watch.run_rows = 3
    for rows in (3, 3, 1):
        counted.succeed(rows, watch)
    assert counted.success.count == 0
    counted.settled()
    assert (counted.success.count, counted.fail.count, counted.rows.count, counted.rows.total) == (3, 0, 3, 7)
    assert {name: each.count for name, each in counted.phases.items()} == dict.fromkeys(PHASES, 3)
    assert counted.phases["queue"].total == 3 * watch.phases["queue"]
    assert {rows: batch["run"].count for rows, batch in counted.batches.items()} == {3: 3}
    assert counted.runs == 3


def test_a_run_that_requests_share_counts_once(registry: Registry) -> None:
    counted = Statistics().of(registry.get("toy", 1), "encoder")
    for leads in (True, False, False):
        watch = timed()
        watch.run_rows, watch.leads = 5, leads
        counted.succeed(1, watch)
    counted.settled()
    assert (counted.success.count, counted.rows.total, counted.runs) == (3, 3, 1)
    assert {rows: batch["run"].count for rows, batch in counted.batches.items()} == {5: 1}


def test_models_are_counted_by_name_version_and_graph(registry: Registry) -> None:
    statistics = Statistics()
    statistics.of(registry.get("toy", 1), "encoder").fail.add(5)
    found = statistics.of(registry.get("toy", 1), "encoder").fail
    assert (found.count, found.total) == (1, 5)
    assert statistics.of(registry.get("toy", 2), "encoder").fail.count == 0
    assert statistics.of(registry.get("toy", 1), "decoder").fail.count == 0


@pytest.mark.parametrize("value", [0, 0.5, 1, 1.5, 2, 2.5])
def test_a_value_on_a_bound_counts_up_to_it(value: float) -> None:
    histogram = Histogram((1, 2))
    histogram.add_all(np.array([value]))
    assert histogram.counts == [value <= 1, 1 < value <= 2, value > 2]
    assert (histogram.total, histogram.count) == (value, 1)


def test_what_is_noted_is_added_up_before_there_is_too_much_of_it(registry: Registry) -> None:
    counted = Statistics().of(registry.get("toy", 1), "encoder")
    for _ in range(NOTED_AT_MOST + 1):
        counted.succeed(2, timed())
    assert counted.success.count == NOTED_AT_MOST
    assert (counted.settled().success.count, counted.rows.total) == (NOTED_AT_MOST + 1, 2 * (NOTED_AT_MOST + 1))


def test_what_is_not_finite_counts_and_adds_nothing() -> None:
    histogram = Histogram((1,))
    histogram.add_all(np.array([np.nan, np.inf, 0.5]))
    assert (histogram.counts, histogram.total) == ([1, 2], 0.5)


def test_reconstruction_errors_are_counted_between_held_out_quantiles(registry: Registry) -> None:
    model = registry.get("toy", 1)
    quantiles = np.array(model.manifest.held_out.error_quantiles)
    bounds = error_bounds(model)
    assert bounds == tuple(sorted(bounds))
    assert bounds[-1] == quantiles[-1]
    statistics = Statistics()
    statistics.add_errors(model, quantiles)
    histogram = statistics.errors["toy", 1]
    assert histogram.counts[-1] == 0
    assert np.cumsum(histogram.counts)[:-1].tolist() == [int((quantiles <= bound).sum()) for bound in bounds]
    assert len(bounds) <= len(ERROR_LEVELS)


def test_runs_of_many_sizes_take_no_more_room(registry: Registry) -> None:
    counted = Statistics().of(registry.get("toy", 1), "encoder")
    for rows in range(1, 10_001):
        watch = timed()
        watch.run_rows = rows
        counted.succeed(rows, watch)
    batches = counted.settled().batches
    assert sorted(batches) == [*range(1, EXACT_ROWS + 1), *(2**power for power in range(7, 15))]
    assert (batches[64]["run"].count, batches[128]["run"].count, batches[16384]["run"].count) == (1, 64, 10_000 - 8192)
    assert counted.runs == 10_000
