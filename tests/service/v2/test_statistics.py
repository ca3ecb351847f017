"""The statistics extension: counts and nanoseconds by phase, by model and version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bundles import TOY
from servers import serving
from tensors import tensor


@pytest.fixture
def fresh(models_folder: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of a server that nobody has asked anything."""
    with serving(models_folder, tmp_path / "log") as server, httpx.Client(base_url=server.url) as client:
        yield client


def statistics(client: httpx.Client, path: str) -> list[Any]:
    entries: list[Any] = client.get(f"/v2/models{path}/stats").json()["model_stats"]
    return entries


def test_requests_are_counted_by_model_version_and_size(fresh: httpx.Client) -> None:
    for rows in (1, 3, 3):
        request = {"inputs": [tensor(TOY.inputs(rows))]}
        assert fresh.post("/v2/models/toy.encoder/versions/1/infer", json=request).is_success
    assert fresh.post("/v2/models/toy.encoder/versions/1/infer", json={}).status_code == 400
    (entry,) = statistics(fresh, "/toy.encoder/versions/1")
    assert (entry["name"], entry["version"]) == ("toy.encoder", "1")
    assert (entry["inference_count"], entry["execution_count"]) == (7, 3)
    assert entry["last_inference"] > 1_700_000_000_000
    stats = entry["inference_stats"]
    assert {name: each["count"] for name, each in stats.items()} == {
        **dict.fromkeys(("success", "queue", "compute_input", "compute_infer", "compute_output"), 3),
        "fail": 1,
        "cache_hit": 0,
        "cache_miss": 0,
    }
    phases = ("queue", "compute_input", "compute_infer", "compute_output")
    assert all(stats[phase]["ns"] > 0 for phase in phases)
    assert stats["success"]["ns"] >= sum(stats[phase]["ns"] for phase in phases)
    assert [(batch["batch_size"], batch["compute_infer"]["count"]) for batch in entry["batch_stats"]] == [
        (1, 1),
        (3, 2),
    ]


def test_models_and_versions_are_counted_apart(fresh: httpx.Client) -> None:
    assert fresh.post("/v2/models/toy.encoder/infer", json={"inputs": [tensor(TOY.inputs(2))]}).is_success
    counts = {(entry["name"], entry["version"]): entry["inference_count"] for entry in statistics(fresh, "")}
    assert counts["toy.encoder", "2"] == 2
    assert sum(counts.values()) == 2
    assert {name for name, _ in counts} >= {"toy", "toy.encoder", "toy.decoder", "sensors", "colours.decoder"}
    assert [entry["version"] for entry in statistics(fresh, "/toy.encoder")] == ["1", "2"]
