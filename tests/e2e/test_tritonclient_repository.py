"""tritonclient lists, loads and unloads models where LATENTD_MODEL_CONTROL=explicit lets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bundles import SENSORS, TOY, Blueprint, newer, write_bundle
from peers import Peer
from servers import serving

ROWS = np.linspace(0, 1, 24, dtype=np.float32).reshape(2, 12)
PARTS = ("", ".encoder", ".decoder")
REFUSALS = [
    ("load", "nothing", "404", "no model is named 'nothing'"),
    ("unload", "nothing", "404", "no model is named 'nothing'"),
    ("configure", "toy", "400", "the parameter 'config' is not offered"),
]


@dataclass(frozen=True)
class Control:
    """A server that serves what lies in `models`, and a client that may load and unload it."""

    models: Path
    triton: Peer
    address: str

    def ask(self, *arguments: str) -> dict[str, Any]:
        said: dict[str, Any] = self.triton.ask("triton_repository", self.address, *arguments)
        return said

    def states(self, said: dict[str, Any], name: str) -> dict[str, str]:
        """The state of each version of a model, which its encoder and decoder share."""
        of_parts = [{row[1]: row[2] for row in said["index"] if row[0] == name + part} for part in PARTS]
        assert of_parts[1:] == of_parts[:-1]
        return of_parts[0]


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    models = tmp_path / "models"
    for blueprint in (TOY, SENSORS):
        write_bundle(models, blueprint)
    with serving(models, tmp_path / "log", {"LATENTD_MODEL_CONTROL": "explicit"}) as server:
        yield Control(models, Peer.installed("tritonclient"), server.url.removeprefix("http://"))


def check_served(said: dict[str, Any], blueprint: Blueprint, agree: Callable[[Any, Any], None]) -> None:
    assert said["model"]["version"] == str(blueprint.version)
    agree(said["model"]["latents"], blueprint.encode(ROWS))


def test_a_new_version_is_served_when_it_is_loaded(control: Control, agree: Callable[[Any, Any], None]) -> None:
    write_bundle(control.models, newer(TOY))
    listed = control.ask("list")
    assert control.states(listed, "toy") == {"1": "READY", "2": "UNAVAILABLE"}
    loaded = control.ask("load", "toy.encoder")
    assert "refused" not in loaded
    assert control.states(loaded, "toy") == {"1": "READY", "2": "READY"}
    check_served(loaded, newer(TOY), agree)


def test_a_bad_bundle_leaves_the_old_one_serving(control: Control, agree: Callable[[Any, Any], None]) -> None:
    (write_bundle(control.models, newer(TOY)) / "encoder.onnx").write_bytes(b"no graph")
    loaded = control.ask("load", "toy")
    status, words = loaded["refused"]
    assert status == "400"
    assert "encoder.onnx" in words
    assert control.states(loaded, "toy") == {"1": "READY", "2": "UNAVAILABLE"}
    check_served(loaded, TOY, agree)


def test_what_is_unloaded_is_gone_until_it_is_loaded(control: Control, agree: Callable[[Any, Any], None]) -> None:
    gone = control.ask("unload", "toy")
    assert "refused" not in gone
    assert gone["model"] == {"ready": False}
    assert control.states(gone, "toy") == {"1": "UNAVAILABLE"}
    assert control.states(gone, "sensors") == {"1": "READY"}
    check_served(control.ask("load", "toy"), TOY, agree)


def test_what_cannot_be_done_is_refused(control: Control) -> None:
    for command, model, status, words in REFUSALS:
        said = control.ask(command, model)
        assert said["refused"][0] == status
        assert words in said["refused"][1]
        assert {row[2] for row in said["index"]} == {"READY"}


def test_loading_fails_no_request(control: Control) -> None:
    write_bundle(control.models, newer(TOY))
    answered = control.ask("load-while-asking", "toy")
    assert (answered["before"], answered["after"]) == ("1", "2")
    assert set(answered["versions"]) <= {"1", "2"}
    assert answered["answers"] > 8
