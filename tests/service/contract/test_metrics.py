"""GET /metrics over a socket: with one worker, with two, and switched off."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from asking import check_problem
from servers import PATIENCE, serving

INPUTS = {"inputs": [0.5] * 12}


def requests_told(client: httpx.Client) -> float:
    """How many answers of /encode the metrics know of."""
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(answer.text)
    samples = (sample for family in families for sample in family.samples)
    return sum(
        each.value for each in samples if each.name == "latentd_requests_total" and each.labels["route"] == "/encode"
    )


def test_metrics_count_what_was_asked(client: httpx.Client) -> None:
    before = requests_told(client)
    client.post("/encode", json=INPUTS)
    client.post("/encode", json={})
    assert requests_told(client) == before + 2


def test_two_workers_tell_the_same(models_folder: Path, tmp_path: Path) -> None:
    """Each connection may go to either worker; both tell of all requests, once a second has passed."""
    with serving(models_folder, tmp_path / "log", {"LATENTD_WORKERS": "2", "LATENTD_DEFAULT_MODEL": "toy"}) as server:
        for _ in range(12):
            assert httpx.post(f"{server.url}/encode", json=INPUTS).is_success
        deadline = time.monotonic() + PATIENCE
        told: list[float] = []
        while time.monotonic() < deadline and told[-8:] != [12] * 8:
            with httpx.Client(base_url=server.url) as client:
                told.append(requests_told(client))
            time.sleep(0.05)
        assert told[-8:] == [12] * 8


def test_metrics_may_be_off(models_folder: Path, tmp_path: Path) -> None:
    with serving(models_folder, tmp_path / "log", {"LATENTD_METRICS": "false"}) as server:
        check_problem(httpx.get(f"{server.url}/metrics"), "path-not-found")
