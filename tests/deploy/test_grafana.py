"""The dashboard: in the form that Grafana reads, and asking for what there is; tests/container asks for it."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from latentd.inference import Registry
from latentd.service import Service
from latentd.settings import Settings
from promql import groupings, metrics

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "deploy" / "grafana"
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "dashboards" / "latentd.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
ENDINGS = ("_total", "_bucket", "_sum", "_count")
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
    known = {family.name: set(family.labels) for family in Service(Settings(), registry).metrics()}
    for target in panel["targets"]:
        asked = metrics(target["expr"])
        assert asked, target["expr"]
        for name, labels in asked.items():
            if name.startswith("latentd_"):
                base = next((name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending)), name)
                assert labels | groupings(target["expr"]) <= known[base] | {"le", "instance"}


def test_the_dashboard_shows_what_an_operator_looks_for() -> None:
    shown = {name for panel in PANELS for target in panel["targets"] for name in metrics(target["expr"])}
    assert {"latentd_requests_total", "latentd_phase_seconds_bucket", "latentd_request_rows_sum", "latentd_queue_rows",
            "latentd_refused_total", "latentd_reconstruction_error_bucket", "latentd_held_out_error",
            "latentd_model_load_seconds", "haproxy_backend_active_servers",
            "haproxy_backend_http_responses_total"} <= shown  # fmt: skip
