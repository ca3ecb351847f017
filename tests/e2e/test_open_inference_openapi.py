"""open-inference-openapi, generated from the protocol: what it gets is what the models give in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from latentd import __version__
from latentd.inference import Autoencoder
from peers import Peer
from servers import Server

CLIENTS = ("OpenInferenceClient", "AsyncOpenInferenceClient")


@pytest.fixture(scope="module")
def both(shipped_server: Server, digits: Any) -> dict[str, Any]:
    """All that open_inference_client.py gets, by the client's name."""
    peer = Peer.installed("open-inference-openapi")
    found: dict[str, Any] = peer.ask("open_inference_client", shipped_server.url, given={"rows": digits.tolist()})
    assert tuple(found) == CLIENTS
    return found


@pytest.fixture(params=CLIENTS)
def answers(both: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = both[request.param]
    return found


@pytest.mark.parametrize("question", ["live", "ready", "model ready", "version ready"])
def test_it_finds_the_server_and_the_model_ready(answers: dict[str, Any], question: str) -> None:
    assert answers[question] is None  # what is not ready is an error


def test_it_learns_what_serves(answers: dict[str, Any]) -> None:
    assert (answers["server"]["name"], answers["server"]["version"]) == ("latentd", __version__)


@pytest.mark.parametrize("question", ["model", "version"])
def test_it_learns_what_a_model_takes_and_gives(answers: dict[str, Any], question: str) -> None:
    assert answers[question] == {
        "name": "ae-mnist.encoder",
        "versions": ["1"],
        "platform": "onnx_onnxruntime",
        "inputs": [{"name": "input", "datatype": "FP32", "shape": [-1, 784]}],
        "outputs": [{"name": "latent", "datatype": "FP32", "shape": [-1, 2]}],
    }


@pytest.mark.parametrize("way", ["nested", "flat", "nulls", "no outputs"])
def test_every_way_gives_the_same(
    answers: dict[str, Any],
    shipped: Callable[[str], Autoencoder],
    digits: Any,
    agree: Callable[[Any, Any], None],
    way: str,
) -> None:
    answer = answers[way]
    assert (answer["model_name"], answer["model_version"]) == ("ae-mnist.encoder", "1")
    assert answer.get("id") == ("nested" if way == "nested" else None)
    (output,) = answer["outputs"]
    assert (output["name"], output["datatype"], output["shape"]) == ("latent", "FP32", [len(digits), 2])
    agree(np.reshape(output["data"], output["shape"]), shipped("ae-mnist").encode(digits))


@pytest.mark.parametrize(
    ("fault", "kind", "status", "words"),
    [
        ("no such model", "ApiError", 404, "no model is named 'x'; there are ae-mnist, "),
        ("no such version", "ApiError", 404, "model 'ae-mnist.encoder' has no version 2; there are 1"),
        ("no such model ready", "NotFoundError", 404, "no model is named 'x'; there are ae-mnist, "),
        ("no such metadata", "ApiError", 404, "no model is named 'x'; there are ae-mnist, "),
        ("wrong shape", "BadRequestError", 400, "input 'input' has values of shape [4, 784]; its shape is [4, 9], "),
    ],
)
def test_a_refusal_has_its_status_and_our_words(
    answers: dict[str, Any], fault: str, kind: str, status: int, words: str
) -> None:
    refused = answers[fault]
    assert (refused["error"], refused["status"], list(refused["body"])) == (kind, status, ["error"])
    assert refused["body"]["error"].startswith(words)
