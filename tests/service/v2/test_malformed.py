"""Every request that is not right is a 400 (or 404, 405, 413, 415) that says what is wrong, in the protocol's form."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import TOY
from malformed import UNREADABLE
from servers import Server
from tensors import LENGTH, binary_body, binary_tensor, check_error, tensor

URL = "/v2/models/toy/infer"
INPUTS = TOY.inputs(2)
GOOD = tensor(INPUTS)


def post(client: httpx.Client, *inputs: Any, **further: Any) -> httpx.Response:
    return client.post(URL, json={"inputs": list(inputs), **further})


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "inputs"}, ["no input 'inputs'", "'input'"]),
        ({"name": 5}, ["no input 5"]),
        ({"shape": [12, 2]}, ["'input'", "[12, 2]", "[-1, 12]"]),
        ({"shape": [24]}, ["'input'", "[24]", "[-1, 12]"]),
        ({"shape": [2, 3, 4]}, ["'input'", "[2, 3, 4]", "[-1, 12]"]),
        ({"shape": [2, 13]}, ["'input'", "24 values", "26"]),
        ({"shape": [1, 12]}, ["'input'", "24 values", "12"]),
        ({"shape": [-1, 12]}, ["'input'", "[-1, 12]", "from 1"]),
        ({"shape": [0, 12], "data": []}, ["'input'", "[0, 12]"]),
        ({"shape": []}, ["'input'", "shape"]),
        ({"shape": None}, ["'input'", "shape"]),
        ({"shape": [2.0, 12]}, ["'input'", "shape"]),
        ({"shape": [True, 24]}, ["'input'", "shape"]),
        ({"shape": "2,12"}, ["'input'", "shape"]),
        ({"shape": [2**40, 2**40]}, ["'input'"]),
        ({"datatype": "FP8"}, ["'input'", "'FP8'", "FP32", "UINT64"]),
        ({"datatype": "BYTES"}, ["'input'", "'BYTES'"]),
        ({"datatype": "BOOL"}, ["'input'", "'BOOL'"]),
        ({"datatype": "BF16"}, ["'input'", "'BF16'"]),
        ({"datatype": "fp32"}, ["'input'", "'fp32'"]),
        ({"datatype": None}, ["'input'", "None"]),
        ({"datatype": "INT32"}, ["'input'", "INT32"]),
        ({"datatype": "UINT8", "data": [-1] * 24}, ["'input'", "-1", "UINT8"]),
        ({"datatype": "INT8", "data": [300] * 24}, ["'input'", "300", "INT8"]),
        ({"datatype": "UINT64", "data": [*[0] * 23, 2**64]}, ["'input'", "UINT64"]),
        ({"datatype": "INT64", "data": [*[0] * 23, 2**63]}, ["'input'", "INT64"]),
        ({"datatype": "INT64", "data": [*[0] * 23, -(2**63) - 1]}, ["'input'", "64 bits"]),
        ({"datatype": "FP16", "data": [1e6] * 24}, ["'input'", "inf"]),
        ({"data": [0.5] * 23}, ["'input'", "23 values", "24"]),
        ({"data": [0.5] * 25}, ["'input'", "25 values", "24"]),
        ({"data": []}, ["'input'"]),
        ({"data": None}, ["'input'", "neither data nor"]),
        ({"data": "0.5"}, ["'input'", "a string"]),
        ({"data": {"0": 1}}, ["'input'", "an object"]),
        ({"data": [*[0.5] * 23, "x"]}, ["'input'", "number"]),
        ({"data": [*[0.5] * 23, None]}, ["'input'", "number", "null"]),
        ({"data": [*[0.5] * 23, True]}, ["'input'", "number"]),
        ({"data": [*[0.5] * 23, [0.5]]}, ["'input'"]),
        ({"data": [[0.5] * 11, [0.5] * 13]}, ["'input'"]),
        ({"data": [[0.5] * 24]}, ["'input'", "[1, 24]"]),
        ({"data": [*[0.5] * 24, []]}, ["'input'"]),
        ({"data": [0.5] * 23 + [7]}, ["'input'", "0 to 1", "7"]),
        ({"data": [0.5] * 23 + [1e300]}, ["'input'", "inf"]),
        ({"parameters": []}, ["'input'", "parameters"]),
        ({"parameters": {"binary_data_size": 96}}, ["'input'", "both"]),
        ({"parameters": {"shared_memory_region": "x"}}, ["'input'", "shared memory"]),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_wrong_input_is_named(client: httpx.Client, changed: dict[str, Any], words: list[str]) -> None:
    check_error(post(client, {**GOOD, **changed}), 400, *words)


@pytest.mark.parametrize("field", ["name", "shape", "datatype", "data"])
def test_a_missing_field_of_an_input_is_named(client: httpx.Client, field: str) -> None:
    without = {name: value for name, value in GOOD.items() if name != field}
    check_error(post(client, without), 400, "None" if field != "data" else "neither data nor a binary_data_size")


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({}, ["inputs"]),
        ({"inputs": {}}, ["inputs"]),
        ({"inputs": None}, ["inputs"]),
        ({"inputs": []}, ["'input'", "missing"]),
        ({"inputs": ["input"]}, ["object", "a string"]),
        ({"inputs": [[GOOD]]}, ["object", "an array"]),
        ({"inputs": [GOOD, GOOD]}, ["'input'", "twice"]),
        ({"inputs": [GOOD, {**GOOD, "name": "more"}]}, ["no input 'more'"]),
        ({"inputs": [GOOD], "id": 5}, ["id", "a number"]),
        ({"inputs": [GOOD], "parameters": "x"}, ["parameters"]),
        ({"inputs": [GOOD], "parameters": {"binary_data_output": "yes"}}, ["binary_data_output", "'yes'"]),
        ({"inputs": [GOOD], "outputs": [{"name": "logits"}]}, ["no output 'logits'", "'output', 'latent'"]),
        ({"inputs": [GOOD], "outputs": ["latent"]}, ["no output None"]),
        ({"inputs": [GOOD], "outputs": "latent"}, ["outputs", "a string"]),
        ({"inputs": [GOOD], "outputs": [{}]}, ["no output None"]),
        ({"inputs": [GOOD], "outputs": [{"name": ["latent"]}]}, ["no output"]),
        ({"inputs": [GOOD], "outputs": [{"name": "latent"}] * 2}, ["'latent'", "twice"]),
        ({"inputs": [GOOD], "outputs": [{"name": "latent", "parameters": 1}]}, ["'latent'", "parameters"]),
        ({"inputs": [GOOD], "outputs": [{"name": "latent", "parameters": {"binary_data": 1}}]}, ["'latent'", "1"]),
        ({"inputs": [GOOD], "outputs": [{"name": "latent", "parameters": {"classification": 3}}]}, ["classification"]),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_wrong_request_is_told(client: httpx.Client, request_: Any, words: list[str]) -> None:
    check_error(client.post(URL, json=request_), 400, *words)


@pytest.mark.parametrize("document", ["[]", "5", "null", '"x"'])
def test_a_request_is_an_object(client: httpx.Client, document: str) -> None:
    check_error(client.post(URL, content=document), 400, "object")


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body[:24]))
def test_what_is_not_json_is_a_400(client: httpx.Client, body: bytes) -> None:
    check_error(client.post(URL, content=body), 400)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_json_cannot_hold_is_a_400(client: httpx.Client, value: str) -> None:
    body = json.dumps({"inputs": [{**GOOD, "data": ["x"]}]}).replace('"x"', value)
    check_error(client.post(URL, content=body), 400)


def test_a_field_that_is_there_twice_is_told(client: httpx.Client) -> None:
    twice = json.dumps(GOOD)[:-1] + ', "data": [1]}'
    check_error(client.post(URL, content=f'{{"inputs": [{twice}]}}'), 400, "twice", "'data'")
    check_error(client.post(URL, content='{"inputs": [], "inputs": []}'), 400, "twice")


BINARY, DATA = binary_tensor(INPUTS)


def post_binary(client: httpx.Client, request: Any, *data: bytes) -> httpx.Response:
    body, headers = binary_body(request, *data)
    return client.post(URL, content=body, headers=headers)


@pytest.mark.parametrize(
    ("changed", "data", "words"),
    [
        ({}, DATA[:-1], ["'input'", "96", "95 bytes are left"]),
        ({}, b"", ["'input'", "96", "0 bytes are left"]),
        ({}, DATA + b"x", ["1 bytes are left over"]),
        ({}, DATA + DATA, ["96 bytes are left over"]),
        ({"parameters": {"binary_data_size": 95}}, DATA, ["'input'", "95", "96 bytes"]),
        ({"parameters": {"binary_data_size": -96}}, DATA, ["'input'", "-96"]),
        ({"parameters": {"binary_data_size": "96"}}, DATA, ["'input'", "'96'"]),
        ({"parameters": {"binary_data_size": 96.5}}, DATA, ["'input'", "96.5"]),
        ({"parameters": {"binary_data_size": 2**62}, "shape": [2**56, 16]}, DATA, ["'input'"]),
        ({"datatype": "FP64"}, DATA, ["'input'", "192 bytes"]),
        ({"shape": [1, 12]}, DATA, ["'input'", "48 bytes"]),
        ({"parameters": {}}, DATA, ["'input'", "neither"]),
        ({"parameters": {}, "data": GOOD["data"]}, DATA, ["96 bytes are left over"]),
        ({"datatype": "BYTES"}, DATA, ["'BYTES'"]),
    ],
    ids=lambda value: str(value)[:50],
)
def test_wrong_binary_data_is_told(
    client: httpx.Client, changed: dict[str, Any], data: bytes, words: list[str]
) -> None:
    check_error(post_binary(client, {"inputs": [{**BINARY, **changed}]}, data), 400, *words)


@pytest.mark.parametrize("length", ["100000", "-1", "x", "1.5", "\u00b2", "9" * 5000, "1, 1"])
def test_a_header_length_past_the_body_is_told(client: httpx.Client, length: str) -> None:
    body, _ = binary_body({"inputs": [BINARY]}, DATA)
    check_error(client.post(URL, content=body, headers={LENGTH.encode(): length.encode("latin-1")}), 400, LENGTH)


def test_binary_data_without_its_header_length_is_told(client: httpx.Client) -> None:
    body, _ = binary_body({"inputs": [BINARY]}, DATA)
    check_error(client.post(URL, content=body), 400)
    check_error(client.post(URL, json={"inputs": [BINARY]}), 400, "'input'", "0 bytes are left")


@pytest.mark.parametrize("size", [0, 1, 47, 49])
def test_a_raw_body_that_is_not_rows_is_told(client: httpx.Client, size: int) -> None:
    check_error(client.post(URL, content=bytes(size), headers={LENGTH: "0"}), 400, "input", f"{size} bytes")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("datatype", ["FP16", "FP32", "FP64"])
def test_binary_data_is_finite(client: httpx.Client, value: float, datatype: str) -> None:
    described, data = binary_tensor(np.where(np.arange(24).reshape(2, 12) == 17, value, 0.5), datatype)
    check_error(post_binary(client, {"inputs": [described]}, data), 400, "'input'", str(value))


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("POST", "/v2/models/toys/infer", 404, ["'toys'", "toy.encoder"]),
        ("POST", "/v2/models/toy.latent/infer", 404, ["'toy.latent'"]),
        ("POST", "/v2/models/toy.encoder.decoder/infer", 404, ["'toy.encoder.decoder'"]),
        ("POST", "/v2/models/toy/versions/9/infer", 404, ["9", "1, 2"]),
        ("POST", "/v2/models/toy/versions/x/infer", 404, ["x", "1, 2"]),
        ("POST", "/v2/models/toy/versions/01/infer", 404, ["01", "1, 2"]),
        ("GET", "/v2/models/toy/versions/1.0", 404, ["1.0"]),
        ("GET", "/v2/models/..%2f..%2fetc%2fpasswd", 404, []),
        ("GET", "/v2/models/%00", 404, []),
        ("GET", "/v2/models/", 404, []),
        ("GET", "/v2/model", 404, []),
        ("GET", "/v2/models/toy/infer", 405, ["POST"]),
        ("PUT", "/v2/models/toy/infer", 405, ["POST"]),
        ("POST", "/v2", 405, ["GET"]),
        ("DELETE", "/v2/models/toy", 405, ["GET"]),
        ("GET", "/v2/repository/index", 405, ["POST"]),
    ],
)
def test_a_wrong_path_is_told(client: httpx.Client, method: str, path: str, status: int, words: list[str]) -> None:
    answer = client.request(method, path, json={"inputs": [GOOD]})
    check_error(answer, status, *words)
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-npy", "image/png", "multipart/form-data"])
def test_another_media_type_is_a_415(client: httpx.Client, media_type: str) -> None:
    answer = client.post(URL, content=b"{}", headers={"Content-Type": media_type})
    check_error(answer, 415, media_type, "application/json", "application/octet-stream")


def test_another_compression_is_a_415(client: httpx.Client) -> None:
    check_error(client.post(URL, content=b"{}", headers={"Content-Encoding": "br"}), 415, "'br'", "gzip")


def test_damaged_compression_is_a_400(client: httpx.Client) -> None:
    damaged = gzip.compress(json.dumps({"inputs": [GOOD]}).encode())[:-9]
    check_error(client.post(URL, content=damaged, headers={"Content-Encoding": "gzip"}), 400, "gzip")


def test_a_large_body_is_a_413(client: httpx.Client) -> None:
    check_error(client.post(URL, content=bytes(2 * 1024 * 1024)), 413, "LATENTD_MAX_BODY_BYTES")
    bomb = gzip.compress(bytes(50 * 1024 * 1024))
    check_error(client.post(URL, content=bomb, headers={"Content-Encoding": "gzip"}), 413, "LATENTD_MAX_BODY_BYTES")


def test_many_rows_are_a_413(client: httpx.Client) -> None:
    described, data = binary_tensor(np.zeros((10_001, 12)), "UINT8")
    check_error(post_binary(client, {"inputs": [described]}, data), 413, "10001", "LATENTD_MAX_ROWS")


def test_the_server_is_as_well_as_before(client: httpx.Client, server: Server) -> None:
    assert post(client, GOOD).status_code == 200
    assert "Traceback" not in server.log()
    assert "unforeseen" not in server.log()
