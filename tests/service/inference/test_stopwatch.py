"""The stopwatch of a request."""

from __future__ import annotations

from latentd.inference.stopwatch import PHASES, Stopwatch


def test_phases_follow_each_other_without_a_gap() -> None:
    watch = Stopwatch()
    for phase in PHASES:
        watch.end(phase)
    assert list(watch.phases) == list(PHASES)
    assert all(ns >= 0 for ns in watch.phases.values())
    assert sum(watch.phases.values()) <= watch.ns
