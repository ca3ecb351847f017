"""Schemathesis asks for all that our OpenAPI document describes, right and wrong, and compares the answers with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bundles import TOY, TOY_VAE, write_bundle
from peers import Peer
from servers import Server, serving

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
METHODS = {"get", "post", "put", "delete", "patch"}


@pytest.fixture(scope="module")
def schemathesis() -> Peer:
    return Peer.installed("schemathesis")


def report_of(schemathesis: Peer, server: Server, folder: Path, *options: str) -> dict[str, Any]:
    """What a run that found nothing tells of itself."""
    report = folder / "report.json"
    described = ["--no-color", "--report", "json", "--report-json-path", str(report)]
    command = ["schemathesis", "--config-file", str(CONFIGURATION), "run", f"{server.url}/openapi.json"]
    schemathesis.run(*command, *described, *options)
    found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return found


def check_phases(report: dict[str, Any], *phases: str) -> None:
    assert {name for name, phase in report["phases"].items() if phase["status"] == "success"} == set(phases)


def test_every_operation_answers_as_the_document_says(
    schemathesis: Peer, server: Server, client: Any, tmp_path: Path
) -> None:
    report = report_of(schemathesis, server, tmp_path)
    paths = client.get("/openapi.json").json()["paths"].values()
    assert report["operations"]["tested"] == sum(len(METHODS & path.keys()) for path in paths)
    assert report["test_cases"]["generated"] > 1000
    check_phases(report, "examples", "coverage", "fuzzing", "stateful")


def test_loading_and_unloading_answer_as_the_document_says(schemathesis: Peer, tmp_path: Path) -> None:
    for blueprint in (TOY, TOY_VAE):
        write_bundle(tmp_path / "models", blueprint)
    with serving(tmp_path / "models", tmp_path / "log", {"LATENTD_MODEL_CONTROL": "explicit"}) as server:
        options = ["--include-path-regex", "^/v2/repository/", "--phases", "examples,coverage,fuzzing"]
        report = report_of(schemathesis, server, tmp_path, *options)
    assert report["operations"]["tested"] == 3
    check_phases(report, "examples", "coverage", "fuzzing")
