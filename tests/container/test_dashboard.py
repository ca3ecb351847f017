"""Grafana has no Debian package, so nothing stands in for it: here Prometheus is asked each of its questions."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from container.stack import ask, until

pytestmark = pytest.mark.usefixtures("stack")


def queries(dashboard: dict[str, Any]) -> dict[str, str]:
    """The dashboard's queries as Grafana sends them, by panel."""
    return {
        f"{panel['title']} {target['refId']}": target["expr"].replace("$__rate_interval", "10m").replace("$model", ".*")
        for panel in dashboard["panels"]
        for target in panel["targets"]
    }


def test_every_query_of_the_dashboard_has_an_answer(dashboard: dict[str, Any]) -> None:
    for name, query in queries(dashboard).items():
        until(partial(has_answer, query), f"{name}: {query}")


def has_answer(query: str) -> bool:
    return bool(ask(query))
