"""What /v2 tells of the server and its models."""

from __future__ import annotations

import httpx
import pytest

from asking import ask
from latentd import __version__
from latentd.app import create_app
from latentd.inference import Registry
from tensors import check_error


@pytest.mark.parametrize("path", ["/v2", "/v2/"])
def test_the_server_is_described(client: httpx.Client, path: str) -> None:
    extensions = ["binary_tensor_data", "model_repository", "statistics"]
    assert client.get(path).json() == {"name": "latentd", "version": __version__, "extensions": extensions}


def test_health(client: httpx.Client) -> None:
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}


def test_a_server_without_models_is_live_and_not_ready() -> None:
    app = create_app()
    assert ask(app, "GET", "/v2/health/live").json() == {"live": True}
    answer = ask(app, "GET", "/v2/health/ready")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert answer.json()["error"].startswith("no models are loaded")
    check_error(ask(app, "GET", "/v2/models/toy"), 503)


def test_a_server_that_is_about_to_end_is_not_ready_and_answers(registry: Registry) -> None:
    app = create_app(registry=registry)
    app.service.end()
    answer = ask(app, "GET", "/v2/health/ready")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json() == {"ready": False, "error": "the service is about to end"}
    assert ask(app, "GET", "/v2/models/toy").status_code == 200


@pytest.mark.parametrize(
    ("name", "given", "outputs"),
    [
        ("toy", ("input", 12), {"output": 12, "latent": 2}),
        ("toy.encoder", ("input", 12), {"latent": 2}),
        ("toy.decoder", ("latent", 2), {"output": 12}),
        ("toy-vae", ("input", 12), {"output": 12, "latent": 5}),
        ("toy-vae.encoder", ("input", 12), {"latent": 5, "logvar": 5}),
        ("sensors.encoder", ("input", 13), {"latent": 3}),
    ],
)
def test_a_model_is_described(client: httpx.Client, name: str, given: tuple[str, int], outputs: dict[str, int]) -> None:
    document = client.get(f"/v2/models/{name}").json()
    assert document == {
        "name": name,
        "versions": ["1", "2"] if name.partition(".")[0] == "toy" else ["1"],
        "platform": "onnx_onnxruntime",
        "inputs": [{"name": given[0], "datatype": "FP32", "shape": [-1, given[1]]}],
        "outputs": [{"name": key, "datatype": "FP32", "shape": [-1, dim]} for key, dim in outputs.items()],
    }
    assert client.get(f"/v2/models/{name}/versions/1").json() == document
    assert client.get(f"/v2/models/{name}/ready").json() == {"name": name, "ready": True}
    assert client.get(f"/v2/models/{name}/versions/1/ready").json() == {"name": name, "ready": True}


@pytest.mark.parametrize("end", ["", "/ready", "/stats"])
def test_what_is_not_there_is_a_404(client: httpx.Client, end: str) -> None:
    check_error(client.get(f"/v2/models/absent{end}"), 404, "'absent'")
    check_error(client.get(f"/v2/models/toy/versions/3{end}"), 404, "3")


def test_head_is_answered(client: httpx.Client) -> None:
    answer = client.head("/v2/models/toy")
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) > 0
    assert not answer.content
