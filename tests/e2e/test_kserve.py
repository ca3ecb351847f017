"""KServe's InferenceRESTClient with protocol v2: what it gets is what the models give in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from latentd.inference import Autoencoder
from peers import Peer
from protocol_values import VALUES, as_float32
from servers import Server

Agree = Callable[[Any, Any], None]
Shipped = Callable[[str], Autoencoder]


@pytest.fixture(scope="module")
def answers(shipped_server: Server, digits: Any) -> dict[str, Any]:
    """All that kserve_client.py gets."""
    given = {"rows": digits.tolist(), "values": VALUES}
    found: dict[str, Any] = Peer.installed("kserve").ask("kserve_client", shipped_server.url, given=given)
    return found


def test_it_learns_what_is_live_and_ready(answers: dict[str, Any]) -> None:
    assert answers["about"] == {"live": True, "ready": True, "models ready": [True, True, False]}


@pytest.mark.parametrize("datatype", VALUES)
def test_an_input_of_any_number_type_is_converted(
    answers: dict[str, Any], shipped: Shipped, agree: Agree, datatype: str
) -> None:
    found = [answer for way, answer in answers["datatypes"].items() if way.split()[0] == datatype]
    assert len(found) == (1 if datatype == "FP16" else 2)
    for answer in found:
        assert (answer["model"], answer["datatypes"]) == ("ae-mnist.decoder", ["FP32"])
        agree(answer["arrays"]["output"], shipped("ae-mnist").decode(as_float32(datatype)))


@pytest.mark.parametrize(
    ("way", "names"),
    [("all", ["output", "latent"]), ("mixed", ["latent", "output"]), ("dict", ["output", "latent"])],
)
def test_outputs_come_as_they_are_asked_for(
    answers: dict[str, Any], shipped: Shipped, digits: Any, agree: Agree, way: str, names: list[str]
) -> None:
    arrays, expected = answers["outputs"][way]["arrays"], shipped("ae-mnist").reconstruct(digits)
    assert list(arrays) == names
    agree(arrays["output"], expected.outputs)
    agree(arrays["latent"], expected.latents)


def test_the_id_comes_back(answers: dict[str, Any]) -> None:
    assert answers["outputs"]["all"]["id"] == "all of them"


def test_each_of_many_at_once_gets_its_own_answer(
    answers: dict[str, Any], shipped: Shipped, digits: Any, agree: Agree
) -> None:
    agree([answer["arrays"]["latent"][0] for answer in answers["at once"]], shipped("ae-mnist").encode(digits))


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("no such model", 404, "no model is named 'x'; there are ae-mnist, "),
        ("wrong width", 400, "input 'input' has the shape [4, 3]; expected [-1, 784], '400 Bad Request'"),
        ("no such input", 400, "model 'ae-mnist.encoder' has no input 'pixels'; its input is 'input'"),
        ("out of range", 400, "input 'input': expected values from 0 to 1; got "),
    ],
)
def test_a_refusal_has_its_status_and_our_words(answers: dict[str, Any], fault: str, status: int, words: str) -> None:
    assert answers["refused"][fault][0] == status
    assert answers["refused"][fault][1].startswith(words)
