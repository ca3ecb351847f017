"""More than all replicas can do: the balancer passes on what they say of it, and adds nothing to it."""

from __future__ import annotations

import http.client
import time
from contextlib import closing

import pytest

from container.conftest import REPLICAS
from container.flood import ask, flood, watching
from container.stack import SITE, counted, in_use, until

pytestmark = pytest.mark.usefixtures("stack")

HOST = SITE.removeprefix("http://")
GRID = "/grid?rows=40&cols=40"  # a short question, which could be sent again, and much work
HEALTH = ("/health/live", "/health/ready", "/v2/health/ready")
SECONDS, RECOVERY = 5.0, 2.0
STEADY = 20  # answers one after the other, none of which is a refusal


def test_an_overload_is_refused_and_not_multiplied() -> None:
    until(lambda: in_use() == REPLICAS, "the balancer uses all replicas")
    before = arrived()
    with watching(HOST, *HEALTH) as health:
        answers = flood(HOST, GRID, SECONDS)
    seconds, asked = served_again()
    sent, seen = answers.total(), arrived() - before - asked
    print(f"{sent} sent, {seen} arrived, {dict(answers)}; full service after {seconds:.2f} s; health {dict(health)}")
    assert {status for status, _ in answers} == {200, 503}
    assert all(int(again or 0) >= 1 for status, again in answers if status == 503)
    assert sent <= seen <= 1.02 * sent
    assert health.keys() == {200}
    assert seconds <= RECOVERY
    assert in_use() == REPLICAS


def arrived() -> int:
    """How many requests have come to the replicas."""
    return counted("latentd_requests_total", 'route="/grid"')


def served_again() -> tuple[float, int]:
    """After how many seconds nothing is refused any more, and how often that was asked."""
    began = since = time.monotonic()
    asked = steady = 0
    with closing(http.client.HTTPConnection(HOST, timeout=60)) as connection:
        while steady < STEADY and since < began + 10 * RECOVERY:
            asked += 1
            if ask(connection, GRID)[0] == 200:
                steady += 1
            else:
                steady, since = 0, time.monotonic()
    return since - began, asked
