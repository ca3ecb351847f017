"""Requests that look odd and are right, and some that nearly are: generated clients and generated bodies send them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bundles import TOY
from latentd.errors import BodyFieldError, BodyUnreadableError
from latentd.inference import Registry
from latentd.v2.infer_request import InferRequest, read_request
from latentd.v2.protocol_model import find_model

TENSOR = {"name": "input", "shape": [1, TOY.input_dim], "datatype": "FP32", "data": TOY.inputs(1)[0].tolist()}


def read(registry: Registry, fields: dict[str, Any], **tensor: Any) -> InferRequest:
    request = {"inputs": [{**TENSOR, **tensor}], **fields}
    return read_request(json.dumps(request).encode(), "", find_model(registry, "toy.encoder"))


@pytest.mark.parametrize("outputs", [None, [], [{"name": "latent", "parameters": None}]])
def test_null_is_as_good_as_no_field(registry: Registry, outputs: Any) -> None:
    request = read(registry, {"id": None, "parameters": None, "outputs": outputs}, parameters=None)
    assert request.id is None
    assert request.outputs == {"latent": False}
    assert request.values.shape == (1, TOY.input_dim)


@pytest.mark.parametrize("name", ["\0", "id\0", "inputs\0", "outputs\0x", "odd"])
def test_a_field_of_another_name_is_let_be(registry: Registry, name: str) -> None:
    request = read(registry, {name: {"deep": [1]}, "id": "7"}, **{name: [2]})
    assert request.id == "7"
    assert request.values[0].tolist() == TENSOR["data"]


def test_a_name_that_goes_on_behind_a_nul_is_not_the_name_before_it(registry: Registry) -> None:
    with pytest.raises(BodyFieldError, match="expected inputs"):
        read_request(b'{"inputs\\u0000": []}', "", find_model(registry, "toy.encoder"))


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("brackets", ["[", "[[", "[[[", "[[[["])
@pytest.mark.parametrize("is_flat", [True, False])
def test_brackets_elsewhere_say_nothing_of_the_data(
    registry: Registry, rows: int, brackets: str, is_flat: bool
) -> None:
    values = TOY.inputs(rows)
    data = (values.reshape(-1) if is_flat else values).tolist()
    request = read(registry, {"id": brackets}, shape=list(values.shape), data=data)
    assert request.values.tolist() == values.tolist()


@pytest.mark.parametrize("outputs", [False, 0, "", {}, "latent", {"name": "latent"}])
def test_outputs_are_an_array(registry: Registry, outputs: Any) -> None:
    with pytest.raises(BodyFieldError, match="an array of objects for outputs"):
        read(registry, {"outputs": outputs})


@pytest.mark.parametrize("parameters", [[], 0, "", False])
def test_parameters_are_an_object(registry: Registry, parameters: Any) -> None:
    for fields, tensor in (({"parameters": parameters}, {}), ({}, {"parameters": parameters})):
        with pytest.raises(BodyFieldError, match="parameters that are"):
            read(registry, fields, **tensor)


def test_what_is_no_json_is_refused(registry: Registry) -> None:
    with pytest.raises(BodyUnreadableError, match="not JSON"):
        read_request(b'{"inputs": [NaN]}', "", find_model(registry, "toy.encoder"))
