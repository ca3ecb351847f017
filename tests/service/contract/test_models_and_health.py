"""GET /models, /models/{name}, /health/live, /health/ready."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from asking import check_problem


def test_models_are_listed_in_their_highest_version(client: httpx.Client) -> None:
    listed = client.get("/models").json()
    assert listed["default"] == "toy"
    assert [(model["name"], model["version"], model["versions"]) for model in listed["models"]] == [
        ("colours", 1, [1]),
        ("sensors", 1, [1]),
        ("toy", 2, [1, 2]),
        ("toy-vae", 1, [1]),
    ]
    assert [model["kind"] for model in listed["models"]] == ["dae", "ae", "ae", "vae"]


def test_a_listed_model_tells_what_a_client_needs(client: httpx.Client) -> None:
    colours, sensors, *_ = client.get("/models").json()["models"]
    assert (colours["input_dim"], colours["latent_dim"], colours["picture_shape"]) == (3072, 5, [3, 32, 32])
    assert colours["value_range"] == {"low": 0.0, "high": 1.0}
    assert (sensors["input_dim"], sensors["picture_shape"], sensors["value_range"]) == (13, None, None)
    assert sensors["parameters"] == 78
    assert [metric["name"] for metric in sensors["metrics"]] == ["reconstruction error"]
    assert sensors["description"]


@pytest.mark.parametrize(("query", "version"), [("", 2), ("?version=1", 1), ("?version=2", 2)])
def test_a_model_is_described_by_its_whole_manifest(
    client: httpx.Client, models_folder: Path, query: str, version: int
) -> None:
    described = client.get(f"/models/toy{query}").json()
    assert described.pop("versions") == [1, 2]
    manifest = json.loads((models_folder / "toy" / str(version) / "manifest.json").read_text("utf-8"))
    times = [fields["provenance"].pop("created_at")[:19] for fields in (described, manifest)]
    assert times == ["2026-01-01T00:00:00"] * 2
    assert described == {**manifest, "encoder": {**manifest["encoder"], "logvar": None}}


def test_a_model_or_version_that_is_not_there(client: httpx.Client) -> None:
    assert "there are colours" in check_problem(client.get("/models/tay"), "model-not-found")["detail"]
    assert "there are 1, 2" in check_problem(client.get("/models/toy?version=3"), "version-not-found")["detail"]


def test_health(client: httpx.Client) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    ready = client.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "models": ["colours", "sensors", "toy", "toy-vae"]}
