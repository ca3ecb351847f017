"""What Prometheus is told to ask, and the alerts that it makes of it; tests/container has promtool run them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from latentd.inference import Registry
from latentd.service import Service
from latentd.settings import Settings
from promql import groupings, metrics

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "deploy" / "prometheus"
GROUPS = yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))["groups"]
ALERTS: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]
BALANCER = {  # as HAProxy tells them; tests/container asks for them
    "haproxy_backend_active_servers": {"proxy"},
    "haproxy_backend_http_responses_total": {"proxy", "code"},
    "haproxy_server_http_responses_total": {"proxy", "server", "code"},
}
SERIES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


def told(registry: Registry) -> dict[str, set[str]]:
    """The series of /metrics, with their labels."""
    return {
        family.name + ending: {*family.labels, *(["le"] if ending == "_bucket" else [])}
        for family in Service(Settings(), registry).metrics()
        for ending in SERIES[family.kind]
    }


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_asks_for_what_there_is(alert: dict[str, Any], registry: Registry) -> None:
    known = {**told(registry), **BALANCER, "up": {"job", "instance"}}
    asked = metrics(alert["expr"])
    assert asked
    for name, labels in asked.items():
        assert labels <= known[name] | {"job"}
    assert groupings(alert["expr"]) <= set().union(*(known[name] for name in asked))


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_says_what_is_wrong_and_is_tested(alert: dict[str, Any]) -> None:
    assert {"summary", "description"} == set(alert["annotations"])
    assert alert["labels"]["severity"] in {"warning", "critical"}
    assert f'alertname="{alert["alert"]}"' in (FOLDER / "alerts_test.yml").read_text("utf-8")


def test_every_alert_is_explained() -> None:
    guide = (REPOSITORY / "docs" / "compose.md").read_text("utf-8")
    assert [alert["alert"] for alert in ALERTS if f"`{alert['alert']}`" not in guide] == []


def test_as_many_replicas_are_expected_as_the_compose_file_has() -> None:
    (alert,) = (alert for alert in ALERTS if alert["alert"] == "BalancerFewReplicas")
    services = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text("utf-8"))["services"]
    expected = re.search(r"clamp_min\(.*, (\d+)\)", alert["expr"])
    assert expected
    assert int(expected[1]) == services["latentd"]["deploy"]["replicas"]


def test_prometheus_asks_services_of_the_compose_file_at_their_ports() -> None:
    services = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text("utf-8"))["services"]
    jobs = yaml.safe_load((FOLDER / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    by_name = {job["job_name"]: job for job in jobs}
    assert set(by_name) <= set(services)
    assert by_name["latentd"]["dns_sd_configs"][0]["names"] == ["latentd"]
    assert str(by_name["latentd"]["dns_sd_configs"][0]["port"]) in services["latentd"]["expose"]
    target = urlsplit("http://" + by_name["balancer"]["static_configs"][0]["targets"][0])
    assert f"bind :{target.port}" in (REPOSITORY / "deploy" / "haproxy" / "haproxy.cfg").read_text("utf-8")
