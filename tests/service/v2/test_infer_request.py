"""Whatever bytes come, they are read as they were meant or refused with an error of the domain."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bundles import TOY, Floats, write_bundle
from latentd.errors import BodyError
from latentd.inference import Autoencoder
from latentd.v2.infer_request import read_request
from latentd.v2.protocol_model import EncoderModel
from tensors import LENGTH, binary_body, binary_tensor, tensor

ROWS = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 5), st.just(TOY.input_dim)), elements=st.floats(0, 1, width=32)
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> EncoderModel:
    folder: Path = write_bundle(tmp_path_factory.mktemp("models"), TOY)
    return EncoderModel(Autoencoder.load(folder, threads=1))


@given(rows=ROWS, is_nested=st.booleans(), note=st.text())
def test_json_comes_back_as_it_was(model: EncoderModel, rows: Floats, note: str, *, is_nested: bool) -> None:
    given_tensor = tensor(rows, parameters={"note": note})
    if is_nested:
        given_tensor["data"] = rows.tolist()
    request = read_request(json.dumps({"id": note, "inputs": [given_tensor]}).encode(), "", model)
    assert request.id == note
    assert not request.is_binary
    np.testing.assert_array_equal(request.values, rows)


@given(rows=ROWS)
def test_binary_data_comes_back_as_it_was(model: EncoderModel, rows: Floats) -> None:
    described, data = binary_tensor(rows)
    body, headers = binary_body({"inputs": [described]}, data)
    request = read_request(body, headers[LENGTH], model)
    assert request.is_binary
    np.testing.assert_array_equal(request.values, rows)
    assert np.shares_memory(request.values, np.frombuffer(body, np.uint8))


@given(body=st.binary(max_size=200), length=st.one_of(st.integers(0, 220).map(str), st.text(max_size=4)))
def test_any_bytes_are_read_or_refused(model: EncoderModel, body: bytes, length: str) -> None:
    with suppress(BodyError):  # any other error fails the test
        assert read_request(body, length, model).values.shape[1] == TOY.input_dim


@given(cut=st.integers(0, 400), put=st.binary(max_size=3), rows=ROWS)
def test_a_damaged_body_is_read_or_refused(model: EncoderModel, cut: int, put: bytes, rows: Floats) -> None:
    described, data = binary_tensor(rows)
    body, headers = binary_body({"inputs": [described]}, data)
    damaged = body[:cut] + put + body[cut + len(put) :]
    with suppress(BodyError):
        assert read_request(damaged, headers[LENGTH], model).values.shape == rows.shape
