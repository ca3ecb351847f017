"""POST /v2/models/{name}/infer: every model, every datatype, JSON and binary, against numpy."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import SENSORS, TOY, TOY_VAE, newer
from tensors import LENGTH, NUMPY, arrays_in, binary_body, binary_tensor, tensor

INPUTS = TOY.inputs(3)
LATENTS = newer(TOY).encode(INPUTS)
OUTPUTS = newer(TOY).decode(LATENTS)


def infer(client: httpx.Client, name: str, request: dict[str, Any], **options: Any) -> httpx.Response:
    return client.post(f"/v2/models/{name}/infer", json=request, **options)


def close(actual: Any, expected: Any) -> None:
    np.testing.assert_allclose(actual, expected, atol=1e-5)


def test_the_encoder_gives_latents(client: httpx.Client) -> None:
    answer = infer(client, "toy.encoder", {"inputs": [tensor(INPUTS)]})
    assert answer.json()["model_name"] == "toy.encoder"
    assert answer.json()["model_version"] == "2"
    assert answer.json()["outputs"][0]["shape"] == [3, 2]
    close(arrays_in(answer)["latent"], LATENTS)


def test_the_encoder_of_a_vae_gives_logvar_too(client: httpx.Client) -> None:
    inputs = TOY_VAE.inputs(2)
    found = arrays_in(infer(client, "toy-vae.encoder", {"inputs": [tensor(inputs)]}))
    assert list(found) == ["latent", "logvar"]
    close(found["latent"], TOY_VAE.encode(inputs))
    close(found["logvar"], TOY_VAE.logvar(inputs))


def test_the_decoder_gives_outputs(client: httpx.Client) -> None:
    close(arrays_in(infer(client, "toy.decoder", {"inputs": [tensor(LATENTS, name="latent")]}))["output"], OUTPUTS)


def test_the_whole_gives_outputs_and_latents(client: httpx.Client) -> None:
    found = arrays_in(infer(client, "toy", {"inputs": [tensor(INPUTS)]}))
    assert list(found) == ["output", "latent"]
    close(found["output"], OUTPUTS)
    close(found["latent"], LATENTS)


def test_a_version_is_chosen_by_the_path(client: httpx.Client) -> None:
    answer = infer(client, "toy.encoder/versions/1", {"inputs": [tensor(INPUTS)]})
    assert answer.json()["model_version"] == "1"
    close(arrays_in(answer)["latent"], TOY.encode(INPUTS))


@pytest.mark.parametrize("name", ["latent", "output"])
def test_outputs_are_those_asked_for(client: httpx.Client, name: str) -> None:
    found = arrays_in(infer(client, "toy", {"inputs": [tensor(INPUTS)], "outputs": [{"name": name}]}))
    assert list(found) == [name]


def test_outputs_come_in_the_order_of_the_request(client: httpx.Client) -> None:
    asked = {"inputs": [tensor(INPUTS)], "outputs": [{"name": "latent"}, {"name": "output"}]}
    assert list(arrays_in(infer(client, "toy", asked))) == ["latent", "output"]


def test_an_empty_list_of_outputs_asks_for_all(client: httpx.Client) -> None:
    assert list(arrays_in(infer(client, "toy", {"inputs": [tensor(INPUTS)], "outputs": []}))) == ["output", "latent"]


@pytest.mark.parametrize("request_id", ["a", "", "0", "ä" * 100])
def test_an_id_comes_back(client: httpx.Client, request_id: str) -> None:
    assert infer(client, "toy", {"id": request_id, "inputs": [tensor(INPUTS)]}).json()["id"] == request_id


def test_without_an_id_there_is_none(client: httpx.Client) -> None:
    assert "id" not in infer(client, "toy", {"inputs": [tensor(INPUTS)]}).json()


def test_parameters_are_let_be(client: httpx.Client) -> None:
    asked = {
        "parameters": {"priority": 1, "note": "[[["},
        "inputs": [tensor(INPUTS, parameters={"content_type": "np"})],
        "outputs": [{"name": "latent", "parameters": {"content_type": "np"}}],
    }
    close(arrays_in(infer(client, "toy", asked))["latent"], LATENTS)


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/json; charset=utf-8"}, {"Content-Type": ""}])
def test_what_has_no_content_type_is_json(client: httpx.Client, headers: dict[str, str]) -> None:
    body = json.dumps({"inputs": [tensor(INPUTS)]}).encode()
    close(arrays_in(client.post("/v2/models/toy/infer", content=body, headers=headers))["latent"], LATENTS)


def test_data_may_be_nested(client: httpx.Client) -> None:
    nested = {**tensor(INPUTS), "data": INPUTS.tolist()}
    close(arrays_in(infer(client, "toy", {"inputs": [nested]}))["latent"], LATENTS)
    with_brackets = {"id": "[", "inputs": [{**nested, "parameters": {"note": "[]["}}]}
    close(arrays_in(infer(client, "toy", with_brackets))["latent"], LATENTS)


def whole_numbers() -> Any:
    return np.random.default_rng(3).integers(0, 2, (4, SENSORS.input_dim))


@pytest.mark.parametrize("datatype", NUMPY)
@pytest.mark.parametrize("in_binary", [False, True])
def test_every_datatype_of_numbers_is_taken(client: httpx.Client, datatype: str, *, in_binary: bool) -> None:
    values = whole_numbers() if "INT" in datatype else SENSORS.inputs(4).astype(NUMPY[datatype])
    if in_binary:
        described, data = binary_tensor(values, datatype)
        body, headers = binary_body({"inputs": [described]}, data)
        answer = client.post("/v2/models/sensors.encoder/infer", content=body, headers=headers)
    else:
        answer = infer(client, "sensors.encoder", {"inputs": [tensor(values, datatype)]})
    close(arrays_in(answer)["latent"], SENSORS.encode(values.astype(np.float32)))


@pytest.mark.parametrize("padding", range(5))
def test_binary_data_may_begin_anywhere(client: httpx.Client, padding: int) -> None:
    described, data = binary_tensor(INPUTS)
    body, headers = binary_body({"id": "x" * padding, "inputs": [described]}, data)
    close(arrays_in(client.post("/v2/models/toy/infer", content=body, headers=headers))["latent"], LATENTS)


@pytest.mark.parametrize(
    ("parameters", "of_outputs", "expected"),
    [
        ({}, [{}, {}], [False, False]),
        ({"binary_data_output": True}, [{}, {}], [True, True]),
        ({"binary_data_output": True}, [{"binary_data": False}, {}], [False, True]),
        ({}, [{"binary_data": True}, {}], [True, False]),
        ({"binary_data_output": False}, [{"binary_data": True}, {"binary_data": True}], [True, True]),
    ],
)
def test_outputs_are_binary_where_asked(
    client: httpx.Client, parameters: Any, of_outputs: list[Any], expected: list[bool]
) -> None:
    names = ("output", "latent")
    outputs = [{"name": name, "parameters": each} for name, each in zip(names, of_outputs, strict=True)]
    answer = infer(client, "toy", {"parameters": parameters, "inputs": [tensor(INPUTS)], "outputs": outputs})
    found = arrays_in(answer)
    close(found["output"], OUTPUTS)
    close(found["latent"], LATENTS)
    document = json.loads(answer.content[: int(answer.headers.get(LENGTH, len(answer.content)))])
    assert ["data" not in output for output in document["outputs"]] == expected
    binary = "application/octet-stream" if any(expected) else "application/json"
    assert answer.headers["content-type"] == binary
    assert (LENGTH in answer.headers) == any(expected)


def test_a_header_length_of_0_means_that_the_body_is_the_input(client: httpx.Client) -> None:
    answer = client.post("/v2/models/toy/infer", content=INPUTS.tobytes(), headers={LENGTH: "0"})
    assert int(answer.headers[LENGTH]) < len(answer.content)
    close(arrays_in(answer)["latent"], LATENTS)


def test_a_header_length_may_be_that_of_the_body(client: httpx.Client) -> None:
    body, headers = binary_body({"inputs": [tensor(INPUTS)]})
    close(arrays_in(client.post("/v2/models/toy/infer", content=body, headers=headers))["latent"], LATENTS)


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_requests_may_be_compressed(client: httpx.Client, encoding: str, pack: Any) -> None:
    described, data = binary_tensor(INPUTS)
    body, headers = binary_body({"inputs": [described]}, data)
    headers["Content-Encoding"] = encoding
    answer = client.post("/v2/models/toy/infer", content=pack(body), headers=headers)
    close(arrays_in(answer)["latent"], LATENTS)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip", "gzip"), ("deflate", "deflate"), ("gzip, deflate", "gzip"), ("deflate;q=1, gzip;q=0.5", "deflate"),
        ("identity", None), ("gzip;q=0", None), ("br", None), ("", None),
    ],
)  # fmt: skip
def test_answers_are_compressed_where_asked(client: httpx.Client, accepted: str, expected: str | None) -> None:
    asked = {"inputs": [tensor(INPUTS)], "parameters": {"binary_data_output": True}}
    answer = infer(client, "toy", asked, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == expected
    assert answer.headers["vary"] == "Accept-Encoding"
    close(arrays_in(answer)["output"], OUTPUTS)


def test_errors_and_metadata_are_never_compressed(client: httpx.Client) -> None:
    both = [client.get("/v2/models/toy"), infer(client, "toy", {})]
    assert all("content-encoding" not in answer.headers for answer in both)


def test_many_rows_run_in_a_thread(client: httpx.Client) -> None:
    inputs = TOY.inputs(5000)
    described, data = binary_tensor(inputs)
    body, headers = binary_body({"inputs": [described], "parameters": {"binary_data_output": True}}, data)
    found = arrays_in(client.post("/v2/models/toy/infer", content=body, headers=headers))
    close(found["latent"], newer(TOY).encode(inputs))


def test_integers_of_64_bits_are_the_same_in_json_and_in_binary(client: httpx.Client) -> None:
    """Each becomes the float32 next to it, not the one next to a double next to it."""
    values = np.array([[2**60 + 2**36 + 1, -(2**63), 5]], np.int64)
    described, data = binary_tensor(values, "INT64", "latent")
    body, headers = binary_body({"inputs": [described]}, data)
    in_binary = client.post("/v2/models/sensors.decoder/infer", content=body, headers=headers)
    in_json = infer(client, "sensors.decoder", {"inputs": [tensor(values, "INT64", "latent")]})
    np.testing.assert_array_equal(arrays_in(in_json)["output"], arrays_in(in_binary)["output"])
    as_floats = infer(client, "sensors.decoder", {"inputs": [{**tensor([[1.0, 2.0, 3.0]], "INT64", "latent")}]})
    assert as_floats.is_success
