"""What a query asks for is found, whatever it is called: a name that is wrong must not be looked over."""

from __future__ import annotations

from promql import groupings, metrics


def test_metrics_are_found_with_the_labels_that_they_select() -> None:
    query = 'sum by (instance) (rate(no_such{status="503", route!~"(/v2)?/a.*|b", le!="{}"}[5m])) or vector(0)'
    assert metrics(query) == {"no_such": {"status", "route", "le"}}
    assert metrics("0 * a / on (x) group_left () b > 0.5 and c offset 5m") == {"a": set(), "b": set(), "c": set()}


def test_labels_are_found_that_are_grouped_or_joined_by() -> None:
    assert groupings('sum by (a, b) (x{y="by (z)"}) / on (c) group_left (d) y') == {"a", "b", "c", "d"}
