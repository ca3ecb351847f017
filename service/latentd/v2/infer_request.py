"""What an inference request asks: an input's values, and the outputs that it wants, in JSON or as binary data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import simdjson
from numpy.typing import NDArray

from latentd.errors import BodyFieldError, ShapeMismatchError, TensorInvalidError
from latentd.v2.protocol_model import ProtocolModel
from latentd.v2.tensor_reader import SHARED_MEMORY, BinaryData, parameters_of, read_tensor
from latentd.wire import json_body, raw_body

MAX_DIGITS = 18  # of a number of bytes
HEADER_LENGTH = "Inference-Header-Content-Length"
EXAMPLE = '{"inputs": [{"name": …, "shape": […], "datatype": "FP32", "data": […]}]}'


@dataclass(frozen=True, slots=True)
class InferRequest:
    """`values` [N, n] of the input; `outputs` says of each wanted one, by its name, whether it is to be binary data.

    `id` comes back in the answer, where there is one. `is_binary` says that the values did not come as JSON.
    """

    id: str | None
    values: NDArray[np.generic]
    outputs: Mapping[str, bool]
    is_binary: bool


def read_request(body: bytes, header_length: str, model: ProtocolModel) -> InferRequest:
    """The request in a body, of which the first `header_length` bytes are JSON; all of them where it is "".

    With a length of 0 the body is the input itself (the binary tensor data extension's raw request).

    Raises:
        BodyUnreadableError, BodyFieldError: the JSON is none, or has not the fields that it should have.
        TensorInvalidError: an input or a requested output is not one that the model takes or gives.
    """
    length = _read_length(header_length, len(body))
    if length == 0 and header_length:
        return _read_raw(body, model)
    head = body if length == len(body) else body[:length]
    document = json_body.parse_object(head, EXAMPLE)
    fields = _fields_of(document, "the request", "inputs")
    binary = BinaryData(body, length)
    values = _read_input(document, fields, binary, head, model)
    if binary.left:
        raise TensorInvalidError(f"{binary.left} bytes are left over behind the binary data of the inputs")
    return InferRequest(_read_id(fields), values, _read_outputs(fields, model), binary.offset > length)


def is_length(text: str) -> bool:
    """Is it a number that may be a length?"""
    return text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS


def _read_length(header_length: str, size: int) -> int:
    if not header_length:
        return size
    if not is_length(header_length) or int(header_length) > size:
        raise TensorInvalidError(f"{HEADER_LENGTH} is {header_length!r}; expected 0 to {size}, the body's length")
    return int(header_length)


def _read_raw(body: bytes, model: ProtocolModel) -> InferRequest:
    try:
        values = raw_body.read_array(body, model.input_name, model.spec.dim)
    except ShapeMismatchError as error:
        raise TensorInvalidError(str(error)) from None
    return InferRequest(None, values, dict.fromkeys(model.outputs, True), is_binary=True)


def _fields_of(document: simdjson.Object, what: str, unread: str) -> dict[str, Any]:
    """The fields but the one that is kept `unread`, as Python objects.

    A name with a NUL in it is none that is known, and simdjson would take it for what stands before the NUL.
    """
    names = list(document.keys())
    if len(set(names)) < len(names):
        raise BodyFieldError(f"{what} has a field twice, among {', '.join(map(repr, names[:8]))}")
    return {name: json_body.plain(document[name]) for name in names if name != unread and "\0" not in name}


def _read_input(
    document: simdjson.Object, fields: Mapping[str, Any], binary: BinaryData, head: bytes, model: ProtocolModel
) -> NDArray[np.generic]:
    """The one input that the model has. The arrays that are no data have a bracket each."""
    others = 2 + ("outputs" in fields)
    values: NDArray[np.generic] | None = None
    for tensor in _inputs_in(document):
        given = _fields_of(tensor, "an input", "data")
        name = given.get("name")
        if name != model.input_name:
            raise TensorInvalidError(f"model {model.name!r} has no input {name!r}; its input is {model.input_name!r}")
        if values is not None:
            raise TensorInvalidError(f"input {name!r} is there twice")
        values = read_tensor(
            given, _data_in(tensor, model.input_name), binary, lambda: json_body.count_brackets(head) - others
        )
    if values is None:
        raise TensorInvalidError(f"the input {model.input_name!r} of model {model.name!r} is missing")
    if values.ndim != 2 or values.shape[1] != model.spec.dim:
        shape = f"expected [-1, {model.spec.dim}]"
        raise TensorInvalidError(f"input {model.input_name!r} has the shape {list(values.shape)}; {shape}")
    return values


def _inputs_in(document: simdjson.Object) -> Iterator[simdjson.Object]:
    inputs = document["inputs"] if "inputs" in document else None  # noqa: SIM401 - `get` would give a Python list
    if not isinstance(inputs, simdjson.Array):
        raise BodyFieldError(f"expected inputs, an array of objects, as in {EXAMPLE}")
    for tensor in inputs:
        if not isinstance(tensor, simdjson.Object):
            raise BodyFieldError(f"expected an object for each of the inputs; got {json_body.kind_of(tensor)}")
        yield tensor


def _data_in(tensor: simdjson.Object, name: str) -> simdjson.Array | None:
    data = tensor["data"] if "data" in tensor else None  # noqa: SIM401 - as above
    if data is not None and not isinstance(data, simdjson.Array):
        raise TensorInvalidError(f"input {name!r} has data that is {json_body.kind_of(data)}; expected an array")
    return data


def _read_id(fields: Mapping[str, Any]) -> str | None:
    request_id = fields.get("id")
    if request_id is not None and not isinstance(request_id, str):
        raise BodyFieldError(f"expected a string for id; got {json_body.kind_of(request_id)}")
    return request_id


def _read_outputs(fields: Mapping[str, Any], model: ProtocolModel) -> Mapping[str, bool]:
    all_binary = _flag(fields, "binary_data_output", "the request") or False
    asked = fields.get("outputs")
    if asked is not None and not isinstance(asked, list):
        raise BodyFieldError(f"expected an array of objects for outputs; got {json_body.kind_of(asked)}")
    outputs: dict[str, bool] = {}
    for output in asked or [{"name": name} for name in model.outputs]:
        name = output.get("name") if isinstance(output, dict) else None
        if not isinstance(name, str) or name not in model.outputs:
            offered = ", ".join(map(repr, model.outputs))
            raise TensorInvalidError(f"model {model.name!r} has no output {name!r}; its outputs are {offered}")
        if name in outputs:
            raise TensorInvalidError(f"output {name!r} is asked for twice")
        binary = _flag(output, "binary_data", f"output {name!r}")
        outputs[name] = all_binary if binary is None else binary
    return outputs


def _flag(holder: Mapping[str, Any], name: str, what: str) -> bool | None:
    """A parameter that is true or false. Those that ask for what is not offered are refused, others are let be."""
    parameters = parameters_of(holder, what)
    refused = {SHARED_MEMORY, "classification"} & parameters.keys()
    if refused:
        raise TensorInvalidError(f"{what} has the parameter {min(refused)!r}, which is not offered here")
    flag = parameters.get(name)
    if flag is not None and not isinstance(flag, bool):
        raise TensorInvalidError(f"{what} has {name} = {flag!r}; expected true or false")
    return flag
