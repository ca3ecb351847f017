"""tritonclient.http, as Triton's users have it: what it gets is what the models give in this process."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from latentd import __version__
from latentd.inference import Autoencoder
from peers import Peer
from protocol_values import VALUES, as_float32
from servers import Server

COUNTED = np.linspace(-1, 1, 4 * 32, dtype=np.float32).reshape(4, 32)  # latents of dae-mnist
ENCODINGS = (None, "gzip", "deflate")
# binary in, binary out, the request's encoding, the answer's, the version
WAYS = [" ".join(map(str, way)) for way in product((True, False), (True, False, None), ENCODINGS, ENCODINGS, ("", "1"))]
PARTS = ("", ".encoder", ".decoder")

Agree = Callable[[Any, Any], None]
Shipped = Callable[[str], Autoencoder]


@pytest.fixture(scope="module")
def triton() -> Peer:
    return Peer.installed("tritonclient")


@pytest.fixture(scope="module")
def answers(triton: Peer, shipped_server: Server, digits: Any) -> dict[str, Any]:
    """All that triton_http.py gets."""
    given = {"rows": digits.tolist(), "values": VALUES, "counted": COUNTED.tolist()}
    found: dict[str, Any] = triton.ask("triton_http", address_of(shipped_server), given=given)
    return found


def address_of(server: Server) -> str:
    return server.url.removeprefix("http://")


def test_it_learns_what_serves(answers: dict[str, Any]) -> None:
    about = answers["about"]
    assert (about["live"], about["ready"]) == (True, True)
    assert about["models ready"] == [True, True, False, False]
    assert (about["server"]["name"], about["server"]["version"]) == ("latentd", __version__)
    assert set(about["server"]["extensions"]) == {"binary_tensor_data", "model_repository", "statistics"}


def test_it_learns_what_a_model_takes_and_gives(answers: dict[str, Any]) -> None:
    whole, encoder, variational = answers["about"]["models"]
    latent, pixels = ({"datatype": "FP32", "shape": [-1, width]} for width in (2, 784))
    assert whole == {
        "name": "ae-mnist",
        "versions": ["1"],
        "platform": "onnx_onnxruntime",
        "inputs": [{"name": "input", **pixels}],
        "outputs": [{"name": "output", **pixels}, {"name": "latent", **latent}],
    }
    assert encoder == {**whole, "name": "ae-mnist.encoder", "outputs": [{"name": "latent", **latent}]}
    assert [output["name"] for output in variational["outputs"]] == ["latent", "logvar"]


def test_it_lists_the_models(answers: dict[str, Any]) -> None:
    names = {f"{kind}-mnist{part}" for kind in ("ae", "dae", "vae") for part in PARTS}
    assert {each["name"] for each in answers["about"]["index"]} == names
    assert all(each["state"] == "READY" and each["version"] == "1" for each in answers["about"]["index"])


def test_every_way_gives_the_same(answers: dict[str, Any], shipped: Shipped, digits: Any, agree: Agree) -> None:
    assert list(answers["ways"]) == WAYS
    expected = shipped("ae-mnist").encode(digits)
    for way, answer in answers["ways"].items():
        assert answer["response"] == {"model_name": "ae-mnist.encoder", "model_version": "1", "id": way}
        assert answer["dtypes"] == ["float32"]
        agree(answer["arrays"]["latent"], expected)


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("datatype", VALUES)
def test_an_input_of_any_number_type_is_converted(
    answers: dict[str, Any], shipped: Shipped, agree: Agree, datatype: str, binary: bool
) -> None:
    answer = answers["datatypes"][f"{datatype} {binary}"]
    assert "id" not in answer["response"]
    assert answer["dtypes"] == ["float32"]
    agree(answer["arrays"]["output"], shipped("ae-mnist").decode(as_float32(datatype)))


def test_outputs_come_in_the_order_in_which_they_are_asked_for(
    answers: dict[str, Any], shipped: Shipped, digits: Any, agree: Agree
) -> None:
    asked = [["output", "latent"], ["latent", "output"], ["latent"], ["output"], ["output", "latent"]]
    assert [list(answer["arrays"]) for answer in answers["outputs"]] == asked
    expected = shipped("ae-mnist").reconstruct(digits)
    for answer in answers["outputs"]:
        for name, array in answer["arrays"].items():
            agree(array, expected.latents if name == "latent" else expected.outputs)


def test_bodies_that_it_makes_and_reads_can_be_sent_by_anything(
    answers: dict[str, Any], shipped: Shipped, digits: Any, agree: Agree
) -> None:
    assert len(answers["by hand"]) == 6
    for answer in answers["by hand"]:
        assert answer["sent"] == answer["asked"]
        agree(answer["arrays"]["latent"], shipped("ae-mnist").encode(digits))
    assert [answer["is binary"] for answer in answers["by hand"]] == [True] * 3 + [False] * 3


def test_it_reads_the_statistics(answers: dict[str, Any]) -> None:
    before, after, everything = (answer["model_stats"] for answer in answers["statistics"])
    (then,), (now,) = before, after
    assert (now["name"], now["version"]) == ("dae-mnist.decoder", "1")
    assert now["inference_count"] - then["inference_count"] == 3 * len(COUNTED)
    assert now["execution_count"] - then["execution_count"] == 3
    for phase, more in {"success": 3, "fail": 1, "compute_infer": 3, "compute_output": 3}.items():
        assert now["inference_stats"][phase]["count"] - then["inference_stats"][phase]["count"] == more, phase
    assert now["inference_stats"]["success"]["ns"] > then["inference_stats"]["success"]["ns"]
    assert [batch["batch_size"] for batch in now["batch_stats"]] == [len(COUNTED)]
    assert len(everything) == 3 * len(PARTS)


@pytest.fixture(scope="module")
def crowd(digits: Any) -> Any:
    """Forty rows, no two of them alike."""
    return np.concatenate([digits * share for share in np.linspace(0.1, 1, 10, dtype=np.float32)])


@pytest.fixture(scope="module")
def crowds(triton: Peer, shipped_server: Server, crowd: Any) -> dict[str, Any]:
    """All that triton_async.py gets."""
    found: dict[str, Any] = triton.ask("triton_async", address_of(shipped_server), given={"rows": crowd.tolist()})
    return found


@pytest.mark.parametrize("kind", ["greenlets", "tasks"])
def test_each_of_many_at_once_gets_its_own_answer(
    crowds: dict[str, Any], shipped: Shipped, crowd: Any, agree: Agree, kind: str
) -> None:
    answers = crowds[kind]["answers"]
    assert [answer["id"] for answer in answers] == [str(number) for number in range(len(crowd))]
    agree([answer["latent"][0] for answer in answers], shipped("ae-mnist").encode(crowd))
    status, message = crowds[kind]["refused"]
    assert status == "400"
    assert message.startswith("input 'input': expected values from 0 to 1; got ")


def test_the_asyncio_client_learns_what_serves(crowds: dict[str, Any]) -> None:
    assert crowds["tasks"]["about"] == {
        "live": True,
        "ready": True,
        "model ready": [True, False],
        "server": "latentd",
        "model": "ae-mnist.encoder",
        "index": 9,
        "statistics": "ae-mnist.encoder",
    }
