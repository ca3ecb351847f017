"""Metrics: what was counted, in Prometheus' words, for one worker or for several."""

from __future__ import annotations

import math

import numpy as np
from prometheus_client.parser import text_string_to_metric_families

from latentd.http1.room import Room
from latentd.inference import Registry
from latentd.inference.backlog import Backlog
from latentd.inference.stopwatch import PHASES, Stopwatch
from latentd.observability.exposition import expose
from latentd.observability.metrics import Family, add_up, families_of
from latentd.observability.statistics import DURATION_BOUNDS, Statistics, error_bounds


def counted(registry: Registry, requests: int) -> Statistics:
    statistics, model = Statistics(), registry.get("toy", 1)
    for _ in range(requests):
        watch = Stopwatch()
        for phase in PHASES:
            watch.end(phase)
        statistics.of(model, "encoder").succeed(3, watch)
        statistics.requests["/encode", "toy", 200] += 1
        statistics.add_errors(model, np.array([0.0, math.inf]))
    return statistics


def samples(families: list[Family]) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample of the text, as Prometheus' own parser reads it."""
    parsed = text_string_to_metric_families(expose(families).decode())
    return {(each.name, frozenset(each.labels.items())): each.value for family in parsed for each in family.samples}


def value(families: list[Family], name: str, **labels: str) -> float:
    return samples(families)[name, frozenset(labels.items())]


def test_what_was_counted_is_told(registry: Registry) -> None:
    families = families_of(counted(registry, 2), registry, Backlog(), Room())
    toy = {"model": "toy", "version": "1"}
    assert value(families, "latentd_requests_total", route="/encode", model="toy", status="200") == 2
    assert value(families, "latentd_request_rows_sum", **toy, graph="encoder") == 6
    assert value(families, "latentd_request_rows_bucket", **toy, graph="encoder", le="2.0") == 0
    assert value(families, "latentd_request_rows_bucket", **toy, graph="encoder", le="4.0") == 2
    assert value(families, "latentd_phase_seconds_count", **toy, graph="encoder", phase="run") == 2
    assert value(families, "latentd_model_load_seconds", **toy) > 0
    errors = registry.get("toy", 1).manifest.held_out.error_quantiles
    assert value(families, "latentd_held_out_error", **toy, quantile="0.9") == errors[900]
    largest = str(error_bounds(registry.get("toy", 1))[-1])
    assert value(families, "latentd_reconstruction_error_bucket", **toy, le=largest) == 2
    assert value(families, "latentd_reconstruction_error_bucket", **toy, le="+Inf") == 4


def test_durations_are_in_seconds(registry: Registry) -> None:
    names = {
        dict(labels)["le"]
        for name, labels in samples(families_of(counted(registry, 1), registry, Backlog(), Room()))
        if name == "latentd_phase_seconds_bucket"
    }
    assert {float(name) for name in names} == {*(bound / 1e9 for bound in DURATION_BOUNDS), math.inf}


def test_workers_are_added_up_and_what_does_not_add_up_is_the_largest(registry: Registry) -> None:
    one, other = (families_of(counted(registry, number), registry, Backlog(), Room()) for number in (1, 4))
    both = add_up([one, other])
    toy = {"model": "toy", "version": "1"}
    assert value(both, "latentd_requests_total", route="/encode", model="toy", status="200") == 5
    assert value(both, "latentd_request_rows_sum", **toy, graph="encoder") == 15
    assert value(both, "latentd_reconstruction_error_count", **toy) == 10
    assert value(both, "latentd_model_load_seconds", **toy) == value(one, "latentd_model_load_seconds", **toy)


def test_a_histogram_whose_bounds_have_changed_starts_again() -> None:
    old, new = (Family("x", "histogram", "", ("m",), {("a",): [[bound], [1, 1], 2.0]}) for bound in (1.0, 3.0))
    assert add_up([[old], [new]])[0].samples == new.samples


def test_what_waits_and_what_was_refused_is_told_of_all_workers_together(registry: Registry) -> None:
    statistics, backlog = counted(registry, 1), Backlog()
    statistics.refused["/encode"] += 3
    backlog.add(64, 0.5)
    both = add_up([families_of(statistics, registry, backlog, Room())] * 2)
    assert value(both, "latentd_refused_total", route="/encode") == 6
    told = [value(both, f"latentd_queue_{name}") for name in ("requests", "rows", "seconds")]
    assert told == [2, 128, 1.0]
