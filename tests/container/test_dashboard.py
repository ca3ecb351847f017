"""Grafana has no Debian package, so nothing stands in for it: here Prometheus is asked each of its questions."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx
import pytest

from container.stack import PATIENCE, PROMETHEUS, SITE, ask, until
from scraped import OTHERS, TARGET, unknown

pytestmark = pytest.mark.usefixtures("stack")


def queries(dashboard: dict[str, Any]) -> dict[str, str]:
    """The dashboard's queries as Grafana sends them, by panel."""
    return {
        f"{panel['title']} {target['refId']}": target["expr"].replace("$__rate_interval", "10m").replace("$model", ".*")
        for panel in dashboard["panels"]
        for target in panel["targets"]
    }


def scraped() -> dict[str, set[str]]:
    """What Prometheus has got: metrics with their labels, those among them that had nothing to tell yet."""
    asking = partial(httpx.get, timeout=PATIENCE)
    told = asking(f"{PROMETHEUS}/api/v1/metadata").raise_for_status().json()["data"]
    found = {name: set(TARGET) for name in told} | {"ALERTS": OTHERS["ALERTS"]}
    matching = {"match[]": '{job=~"latentd|balancer"}'}
    for each in asking(f"{PROMETHEUS}/api/v1/series", params=matching).raise_for_status().json()["data"]:
        found.setdefault(each.pop("__name__"), set()).update(each)
    return found


def test_every_query_names_what_prometheus_gets(dashboard: dict[str, Any]) -> None:
    """`or` hides that something is not there: such a query would always have an answer."""
    for asked_for in ("latentd_reconstruction_error_bucket", "haproxy_server_http_responses_total"):
        until(partial(has_answer, asked_for), f"{asked_for} has been scraped")
    known = scraped()
    assert {name: missing for name, query in queries(dashboard).items() if (missing := unknown(query, known))} == {}
    assert unknown('rate(latentd_refused_total{reason="full"}[5m]) or latentd_gone', known) == {
        "latentd_refused_total{reason}",
        "latentd_gone",
    }


def test_every_query_of_the_dashboard_has_an_answer(dashboard: dict[str, Any], seven: bytes) -> None:
    for name, query in queries(dashboard).items():
        until(partial(has_answer, query, seven), f"{name}: {query}")


def has_answer(query: str, digit: bytes | None = None) -> bool:
    """Is there one? A digit is encoded first, so that there is something to show of what is asked a second."""
    if digit:
        headers = {"content-type": "application/octet-stream"}
        httpx.post(f"{SITE}/encode", content=digit, headers=headers, timeout=PATIENCE).raise_for_status()
    return bool(ask(query))


def test_refusals_are_shown_of_each_replica_and_of_nobody_else(dashboard: dict[str, Any]) -> None:
    query = queries(dashboard)["Refusals A"]
    replicas = {each["metric"]["instance"] for each in ask('up{job="latentd"}')}
    until(lambda: {each["metric"].get("instance") for each in ask(query)} == replicas, "a line for each replica")
