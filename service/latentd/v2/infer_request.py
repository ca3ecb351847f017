"""What an inference request asks: an input's values, and the outputs that it wants, in JSON or as binary data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentd.errors import BodyFieldError, ShapeMismatchError, TensorInvalidError
from latentd.v2.infer_head import Head, read_head
from latentd.v2.protocol_model import ProtocolModel
from latentd.v2.tensor_reader import SHARED_MEMORY, BinaryData, parameters_of, read_tensor
from latentd.wire import json_body, raw_body
from latentd.wire.json_limits import DEFAULT, JsonLimits
from latentd.wording import shown

MAX_DIGITS = 18  # of a number of bytes
HEADER_LENGTH = "Inference-Header-Content-Length"


@dataclass(frozen=True, slots=True)
class InferRequest:
    """`values` [N, n] of the input; `outputs` says of each wanted one, by its name, whether it is to be binary data.

    `id` comes back in the answer, where there is one. `is_binary` says that the values did not come as JSON.
    """

    id: str | None
    values: NDArray[np.generic]
    outputs: Mapping[str, bool]
    is_binary: bool


def read_request(body: bytes, header_length: str, model: ProtocolModel, limits: JsonLimits = DEFAULT) -> InferRequest:
    """The request in a body, of which the first `header_length` bytes are JSON; all of them where it is "".

    With a length of 0 the body is the input itself (the binary tensor data extension's raw request).

    Raises:
        BodyUnreadableError, BodyFieldError: the JSON is none, or has not the fields that it should have.
        JsonTooComplexError, RowsTooManyError: there is more of it than the limits allow.
        TensorInvalidError: an input or a requested output is not one that the model takes or gives.
    """
    length = _read_length(header_length, len(body))
    if length == 0 and header_length:
        return _read_raw(body, model)
    has_binary = length < len(body)
    text = body[:length] if has_binary else body
    limits.check_text(text, model.spec.dim)
    head = read_head(text, limits, has_binary=has_binary)
    binary = BinaryData(body, length)
    values = _read_input(head, binary, model, limits)
    if binary.left:
        raise TensorInvalidError(f"{binary.left} bytes are left over behind the binary data of the inputs")
    return InferRequest(_read_id(head.fields), values, _read_outputs(head.fields, model), binary.offset > length)


def is_length(text: str) -> bool:
    """Is it a number that may be a length?"""
    return text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS


def _read_length(header_length: str, size: int) -> int:
    if not header_length:
        return size
    if not is_length(header_length) or int(header_length) > size:
        raise TensorInvalidError(f"{HEADER_LENGTH} is {shown(header_length)}; expected 0 to {size}, the body's length")
    return int(header_length)


def _read_raw(body: bytes, model: ProtocolModel) -> InferRequest:
    try:
        values = raw_body.read_array(body, model.input_name, model.spec.dim)
    except ShapeMismatchError as error:
        raise TensorInvalidError(str(error)) from None
    return InferRequest(None, values, dict.fromkeys(model.outputs, True), is_binary=True)


def _read_input(head: Head, binary: BinaryData, model: ProtocolModel, limits: JsonLimits) -> NDArray[np.generic]:
    """The one input that the model has."""
    values: NDArray[np.generic] | None = None
    for each in head.inputs:
        name = each.fields.get("name")
        if name != model.input_name:
            raise TensorInvalidError(
                f"model {model.name!r} has no input {shown(name)}; its input is {model.input_name!r}"
            )
        if values is not None:
            raise TensorInvalidError(f"input {name!r} is there twice")
        values = read_tensor(each.fields, each.data, binary, head.brackets_in_data, limits)
    if values is None:
        raise TensorInvalidError(f"the input {model.input_name!r} of model {model.name!r} is missing")
    if values.ndim != 2 or values.shape[1] != model.spec.dim:
        shape = f"expected [-1, {model.spec.dim}]"
        raise TensorInvalidError(f"input {model.input_name!r} has the shape {list(values.shape)}; {shape}")
    return values


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
    if not asked:
        return dict.fromkeys(model.outputs, all_binary)
    outputs: dict[str, bool] = {}
    for output in asked:
        name = output.get("name") if isinstance(output, dict) else None
        if not isinstance(name, str) or name not in model.outputs:
            offered = ", ".join(map(repr, model.outputs))
            raise TensorInvalidError(f"model {model.name!r} has no output {shown(name)}; its outputs are {offered}")
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
        raise TensorInvalidError(f"{what} has {name} = {shown(flag)}; expected true or false")
    return flag
