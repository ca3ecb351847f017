"""The dashboard: in the form that Grafana reads, and asking for what there is; tests/container asks for it."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from latentd.app import create_app
from latentd.inference import Registry
from latentd.settings import Settings
from promql import metrics
from scraped import series, unknown

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "deploy" / "grafana"
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "dashboards" / "latentd.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
WIDTH = 24  # columns of a dashboard


def test_the_dashboard_and_its_source_are_provisioned() -> None:
    source = yaml.safe_load((FOLDER / "provisioning" / "datasources" / "prometheus.yml").read_text())["datasources"][0]
    provider = yaml.safe_load((FOLDER / "provisioning" / "dashboards" / "latentd.yml").read_text())["providers"][0]
    grafana = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]["grafana"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in grafana["volumes"]
    assert "./deploy/grafana/provisioning:/etc/grafana/provisioning:ro" in grafana["volumes"]
    assert source["url"] == "http://prometheus:9090"
    variables = DASHBOARD["templating"]["list"]
    asked = [*variables, *PANELS, *(target for panel in PANELS for target in panel["targets"])]
    assert {each["datasource"]["uid"] for each in asked} == {source["uid"]}
    assert {each["datasource"]["type"] for each in asked} == {source["type"]}


def test_panels_have_numbers_places_and_words_of_their_own() -> None:
    for key in ("id", "title"):
        assert len({panel[key] for panel in PANELS}) == len(PANELS)
    for panel in PANELS:
        assert panel["description"]
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= WIDTH
        names = [target["refId"] for target in panel["targets"]]
        assert len(set(names)) == len(names)
    for one, other in combinations((panel["gridPos"] for panel in PANELS), 2):
        assert (one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
                or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"])  # fmt: skip


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_asks_for_what_there_is(panel: dict[str, Any], registry: Registry) -> None:
    for target in panel["targets"]:
        assert metrics(target["expr"])
        assert unknown(target["expr"], series(registry)) == set()


@pytest.mark.parametrize("query", [
    "sum(rate(latentd_refusals_total[5m])) or vector(0)",
    'sum(rate(latentd_refused_total{reason="full"}[5m])) or vector(0)',
    "sum by (instnace) (latentd_queue_rows) or vector(0)",
    'up{job="latentd"} * latend_queue_rows',
])  # fmt: skip
def test_what_is_not_there_would_be_found(query: str, registry: Registry) -> None:
    assert len(unknown(query, series(registry))) == 1


def test_what_clients_ask_is_all_but_health_and_scrapes(registry: Registry) -> None:
    """A replica that drains says 503 to whoever checks its health: that is no refusal."""
    left_out = {pattern for panel in PANELS for target in panel["targets"]
                for pattern in re.findall(r'route!~"([^"]*)"', target["expr"])}  # fmt: skip
    (pattern,) = left_out
    routes = {getattr(route, "path", "") for route in create_app(Settings(), registry=registry).routes}
    health = {"/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready"}
    assert {route for route in routes if re.fullmatch(pattern, route)} == health | {"/metrics"}


def test_the_dashboard_shows_what_an_operator_looks_for() -> None:
    shown = {name for panel in PANELS for target in panel["targets"] for name in metrics(target["expr"])}
    assert {"latentd_requests_total", "latentd_phase_seconds_bucket", "latentd_request_rows_sum", "latentd_queue_rows",
            "latentd_refused_total", "latentd_held_bytes", "latentd_reconstruction_error_bucket",
            "latentd_held_out_error", "latentd_model_load_seconds", "haproxy_backend_active_servers",
            "haproxy_backend_http_responses_total"} <= shown  # fmt: skip
