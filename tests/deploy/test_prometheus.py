"""What Prometheus is told to ask, and the alerts that it makes of it; tests/container has promtool run them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from latentd.inference import Registry
from latentd.settings import Settings
from promql import metrics
from scraped import series, unknown

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "deploy" / "prometheus"
GROUPS = yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))["groups"]
ALERTS: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_asks_for_what_there_is(alert: dict[str, Any], registry: Registry) -> None:
    assert metrics(alert["expr"])
    assert unknown(alert["expr"], series(registry)) == set()


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


def test_it_is_told_before_so_much_is_held_that_something_is_refused() -> None:
    (alert,) = (alert for alert in ALERTS if alert["alert"] == "LatentdSlowClients")
    (share, power) = re.findall(r"> ([\d.]+) \* 2 \^ (\d+)", alert["expr"])[0]
    assert 0.5 <= float(share) < 1
    assert 2 ** int(power) == Settings().max_held_bytes


def test_prometheus_asks_services_of_the_compose_file_at_their_ports() -> None:
    services = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text("utf-8"))["services"]
    jobs = yaml.safe_load((FOLDER / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    by_name = {job["job_name"]: job for job in jobs}
    assert set(by_name) <= set(services)
    assert by_name["latentd"]["dns_sd_configs"][0]["names"] == ["latentd"]
    assert str(by_name["latentd"]["dns_sd_configs"][0]["port"]) in services["latentd"]["expose"]
    target = urlsplit("http://" + by_name["balancer"]["static_configs"][0]["targets"][0])
    assert f"bind :{target.port}" in (REPOSITORY / "deploy" / "haproxy" / "haproxy.cfg").read_text("utf-8")
