"""Families in Prometheus' text format, as Prometheus' own parser reads it."""

from __future__ import annotations

import math

from prometheus_client.parser import text_string_to_metric_families

from latentd.http1.room import Room
from latentd.inference.backlog import Backlog
from latentd.observability.exposition import expose
from latentd.observability.metrics import Family, families_of
from latentd.observability.statistics import Statistics


def test_every_kind_is_told_with_its_labels() -> None:
    counter = Family("asked", "counter", "Questions", ("model",), {("toy",): 3, ("other",): 4})
    gauge = Family("seconds", "gauge", "How long", (), {(): 0.5})
    asked, seconds = text_string_to_metric_families(expose([counter, gauge]).decode())
    assert (asked.type, asked.documentation) == ("counter", "Questions")
    assert [(each.name, each.labels, each.value) for each in asked.samples] == [
        ("asked_total", {"model": "toy"}, 3),
        ("asked_total", {"model": "other"}, 4),
    ]
    assert (seconds.type, seconds.samples[0].value) == ("gauge", 0.5)


def test_buckets_add_up() -> None:
    family = Family("rows", "histogram", "Rows", ("model",), {("toy",): [[1.0, 2.0], [1, 2, 3], 7.5]})
    (rows,) = text_string_to_metric_families(expose([family]).decode())
    buckets = {float(each.labels["le"]): each.value for each in rows.samples if each.name == "rows_bucket"}
    assert buckets == {1: 1, 2: 3, math.inf: 6}
    assert {each.name: each.value for each in rows.samples[3:]} == {"rows_count": 6, "rows_sum": 7.5}


def test_nothing_counted_is_text_too() -> None:
    assert b"latentd_requests" in expose(families_of(Statistics(), (), Backlog(), Room()))
