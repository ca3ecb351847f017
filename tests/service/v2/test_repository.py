"""The model repository extension: list, load, unload, and swap without a failed request."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import SENSORS, TOY, Blueprint, newer, write_bundle
from servers import Server, run_latentd, serving
from tensors import arrays_in, check_error, tensor

EXPLICIT = {"LATENTD_MODEL_CONTROL": "explicit"}
BLUEPRINTS = (TOY, SENSORS)


def write_models(folder: Path) -> Path:
    for blueprint in BLUEPRINTS:
        write_bundle(folder, blueprint)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `controlled` serves, to be changed."""
    return write_models(tmp_path_factory.mktemp("repository") / "models")


@pytest.fixture(scope="module")
def shared_server(folder: Path) -> Iterator[Server]:
    with serving(folder, folder.with_name("log"), EXPLICIT) as server:
        yield server


@pytest.fixture
def controlled(shared_server: Server, folder: Path) -> Iterator[Server]:
    """A server that serves BLUEPRINTS: the same for all tests, brought back to that after each."""
    yield shared_server
    shutil.rmtree(folder)
    write_models(folder)
    with httpx.Client(base_url=shared_server.url, timeout=60) as client:
        for blueprint in BLUEPRINTS:
            assert client.post(f"/v2/repository/models/{blueprint.name}/load").is_success
        assert set(index(client).values()) == {("READY", "")}


@pytest.fixture
def control(controlled: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=controlled.url, timeout=60) as client:
        yield client


def index(client: httpx.Client, **options: Any) -> dict[tuple[str, str], tuple[str, str]]:
    answer = client.post("/v2/repository/index", **options)
    assert answer.status_code == 200, answer.text
    return {(entry["name"], entry["version"]): (entry["state"], entry["reason"]) for entry in answer.json()}


def latents(client: httpx.Client, blueprint: Blueprint, rows: int = 2) -> Any:
    request = {"inputs": [tensor(blueprint.inputs(rows))]}
    return arrays_in(client.post(f"/v2/models/{blueprint.name}.encoder/infer", json=request))["latent"]


def replace(folder: Path, blueprint: Blueprint, other: Blueprint) -> None:
    """Put another bundle in the place of a version, as an operator would: written beside and renamed."""
    shutil.rmtree(folder / blueprint.name / str(blueprint.version))
    write_bundle(folder, other)


def test_the_index_lists_every_model(client: httpx.Client) -> None:
    entries = index(client)
    names = {name + part for name in ("toy", "toy-vae", "sensors", "colours") for part in ("", ".encoder", ".decoder")}
    assert {name for name, _ in entries} == names
    assert set(entries.values()) == {("READY", "")}
    assert ("toy.encoder", "1") in entries
    assert ("toy.encoder", "2") in entries


@pytest.mark.parametrize("verb", ["load", "unload"])
def test_without_the_setting_nothing_is_loaded_or_unloaded(client: httpx.Client, verb: str) -> None:
    check_error(client.post(f"/v2/repository/models/toy/{verb}"), 400, "LATENTD_MODEL_CONTROL=explicit")
    assert client.get("/v2/models/toy/ready").status_code == 200


def test_a_bundle_that_changed_on_disk_is_loaded_again(control: httpx.Client, folder: Path) -> None:
    np.testing.assert_allclose(latents(control, TOY), TOY.encode(TOY.inputs(2)), atol=1e-5)
    other = Blueprint(seed=7)
    replace(folder, TOY, other)
    assert control.post("/v2/repository/models/toy/load", json={}).status_code == 200
    np.testing.assert_allclose(latents(control, other), other.encode(other.inputs(2)), atol=1e-5)
    native = control.post("/encode", json={"inputs": other.inputs(1)[0].tolist()}, params={"model": "toy"})
    np.testing.assert_allclose(native.json()["latents"], other.encode(other.inputs(1))[0], atol=1e-5)


def test_the_api_page_shows_what_the_new_bundle_answers(control: httpx.Client, folder: Path) -> None:
    def example() -> Any:
        post = control.get("/openapi.json").json()["paths"]["/encode"]["post"]
        return post["responses"]["200"]["content"]["application/json"]["example"]["latents"]

    before = example()
    replace(folder, SENSORS, Blueprint(**{**vars(SENSORS), "seed": 7}))
    assert control.post("/v2/repository/models/sensors/load").is_success
    assert example() != before


def test_a_new_version_is_listed_then_loaded(control: httpx.Client, folder: Path) -> None:
    write_bundle(folder, newer(TOY))
    assert index(control)["toy", "2"] == ("UNAVAILABLE", "not loaded")
    assert ("toy", "2") not in index(control, json={"ready": True})
    assert control.post("/v2/repository/models/toy/load").status_code == 200
    assert index(control)["toy", "2"] == ("READY", "")
    assert control.get("/v2/models/toy").json()["versions"] == ["1", "2"]
    assert control.get("/models/toy").json()["version"] == 2


def test_a_version_that_is_gone_from_disk_goes(control: httpx.Client, folder: Path) -> None:
    write_bundle(folder, newer(TOY))
    assert control.post("/v2/repository/models/toy/load").status_code == 200
    shutil.rmtree(folder / "toy" / "1")
    assert control.post("/v2/repository/models/toy/load").status_code == 200
    assert control.get("/v2/models/toy").json()["versions"] == ["2"]


def test_a_bad_bundle_leaves_the_old_one_serving(control: httpx.Client, folder: Path) -> None:
    graph = folder / "toy" / "1" / "encoder.onnx"
    graph.write_bytes(graph.read_bytes()[:-1] + b"x")
    answer = control.post("/v2/repository/models/toy/load")
    check_error(answer, 400, "toy/1/encoder.onnx", "SHA-256", "served on")
    assert str(folder) not in answer.text
    np.testing.assert_allclose(latents(control, TOY), TOY.encode(TOY.inputs(2)), atol=1e-5)
    assert index(control)["toy", "1"] == ("READY", "")


def test_a_bundle_refused_at_the_start_is_listed_with_its_reason(tmp_path: Path) -> None:
    folder = write_models(tmp_path / "models")
    (folder / "toy" / "1" / "decoder.onnx").unlink()
    with serving(folder, tmp_path / "log", EXPLICIT) as server, httpx.Client(base_url=server.url) as client:
        state, reason = index(client)["toy", "1"]
        assert state == "UNAVAILABLE"
        assert "decoder.onnx" in reason
        check_error(client.get("/v2/models/toy/ready"), 404)


def test_unload_and_load_again(control: httpx.Client) -> None:
    assert control.post(
        "/v2/repository/models/toy/unload", json={"parameters": {"unload_dependents": False}}
    ).is_success
    for name in ("toy", "toy.encoder", "toy.decoder"):
        check_error(control.get(f"/v2/models/{name}/ready"), 404)
        assert index(control)[name, "1"] == ("UNAVAILABLE", "not loaded")
    assert control.get("/models").json()["default"] == "sensors"
    check_error(control.post("/v2/repository/models/toy/unload"), 404, "'toy'")
    assert control.post("/v2/repository/models/toy.decoder/load").is_success
    assert control.get("/v2/models/toy.encoder/ready").is_success


@pytest.mark.parametrize("name", ["toy.nonsense", "toy.", "toy.encoder.decoder"])
@pytest.mark.parametrize("verb", ["load", "unload"])
def test_a_name_that_no_model_has_is_a_404(control: httpx.Client, name: str, verb: str) -> None:
    check_error(control.post(f"/v2/repository/models/{name}/{verb}"), 404, repr(name))
    assert control.get("/v2/models/toy/ready").is_success


def test_with_everything_unloaded_the_server_lives(control: httpx.Client) -> None:
    for name in ("toy", "sensors"):
        assert control.post(f"/v2/repository/models/{name}/unload").is_success
    assert control.get("/v2/health/live").is_success
    assert control.get("/openapi.json").status_code == 503
    assert control.post("/encode", json={"inputs": [0.5] * 12}).status_code == 503
    assert control.get("/models").status_code == 503
    assert control.get("/v2/models/stats").json() == {"model_stats": []}
    assert control.post("/v2/repository/models/toy/load").is_success
    assert control.post("/encode", json={"inputs": [0.5] * 12}).is_success


@pytest.mark.parametrize("name", ["absent", "..%2ftoy", "toy%2f1", "."])
def test_what_is_not_on_disk_is_not_loaded(control: httpx.Client, name: str) -> None:
    check_error(control.post(f"/v2/repository/models/{name}/load"), 404)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", ["not JSON"]),
        (b"[]", ["object"]),
        (b'{"parameters": 5}', ["parameters"]),
        (b'{"parameters": {"config": "{}"}}', ["'config'"]),
        (b'{"parameters": {"file:1/model.onnx": "AAAA"}}', ["'file:1/model.onnx'"]),
    ],
)
def test_a_wrong_body_is_told(control: httpx.Client, body: bytes, words: list[str]) -> None:
    check_error(control.post("/v2/repository/models/toy/load", content=body), 400, *words)


def test_a_swap_under_load_fails_no_request(controlled: Server, folder: Path) -> None:
    """Clients see the one model's latents or the other's, and never an error, while it is swapped to and fro."""
    other, done = Blueprint(seed=7), Event()
    inputs = TOY.inputs(4)
    allowed = [TOY.encode(inputs), other.encode(inputs)]

    def ask(_: int) -> set[int]:
        seen: set[int] = set()
        with httpx.Client(base_url=controlled.url, timeout=60) as client:
            while not done.is_set():
                answer = client.post("/v2/models/toy.encoder/infer", json={"inputs": [tensor(inputs)]})
                found = arrays_in(answer)["latent"]
                matches = [number for number, each in enumerate(allowed) if np.allclose(found, each, atol=1e-5)]
                assert len(matches) == 1
                seen.update(matches)
        return seen

    with ThreadPoolExecutor(4) as threads, httpx.Client(base_url=controlled.url, timeout=60) as control:
        asking = [threads.submit(ask, number) for number in range(4)]
        try:
            for blueprint in (other, TOY, other, TOY, other):
                replace(folder, blueprint, blueprint)
                assert control.post("/v2/repository/models/toy/load").is_success
        finally:
            done.set()
        assert set.union(*(each.result() for each in asking)) == {0, 1}


def test_model_control_goes_with_one_worker_alone(tmp_path: Path) -> None:
    folder = write_models(tmp_path / "models")
    ended = run_latentd("serve", "--models", str(folder), "--workers", "2", settings=EXPLICIT)
    assert ended.returncode == 1
    assert "LATENTD_MODEL_CONTROL" in ended.stderr
    assert "LATENTD_WORKERS=1" in ended.stderr
