"""Costs add up, and grow with the rows."""

from __future__ import annotations

from latentd.inference.cost import INLINE_SECONDS, Cost


def test_costs_of_two_graphs_add_up() -> None:
    total = Cost(0.5, 0.25) + Cost(1.0, 0.5)
    assert total == Cost(1.5, 0.75)
    assert total.seconds(0) == 1.5
    assert total.seconds(2) == 3.0


def test_what_the_event_loop_may_run_is_told_by_the_rows() -> None:
    cost = Cost(INLINE_SECONDS / 2, INLINE_SECONDS / 4)
    assert [cost.is_short(rows) for rows in (0, 1, 2, 3)] == [True, True, False, False]
