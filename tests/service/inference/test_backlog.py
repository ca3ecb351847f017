"""The backlog: when there is enough to do."""

from __future__ import annotations

import pytest

from latentd.inference.backlog import ALWAYS_TAKEN, Backlog


@pytest.mark.parametrize(
    ("requests", "seconds", "full"),
    [
        (ALWAYS_TAKEN, 1.0, True),
        (ALWAYS_TAKEN - 1, 1000.0, False),  # a few that take long
        (10 * ALWAYS_TAKEN, 0.001, False),  # many that take next to no time
    ],
)
def test_it_is_full_with_many_requests_and_much_to_do(requests: int, seconds: float, full: bool) -> None:
    backlog = Backlog(0.5)
    for _ in range(requests):
        backlog.add(3, seconds / requests)
    assert backlog.is_full == full
    assert (backlog.requests, backlog.rows) == (requests, 3 * requests)


def test_what_is_done_is_forgotten_to_the_last_bit() -> None:
    backlog = Backlog(0.0)
    parts = [0.1 * number for number in range(1, 40)]
    for part in parts:
        backlog.add(1, part)
    for part in parts:
        backlog.remove(1, part)
    assert (backlog.requests, backlog.rows, backlog.seconds) == (0, 0, 0.0)


def test_without_a_limit_it_is_never_full() -> None:
    backlog = Backlog()
    for _ in range(1000):
        backlog.add(1000, 1000.0)
    assert not backlog.is_full
