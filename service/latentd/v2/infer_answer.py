"""The answer to an inference request: JSON, and behind it the outputs that were wanted as binary data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from latentd.answer import Answer, Headers
from latentd.inference.arrays import FloatArray
from latentd.v2.datatypes import NATIVE
from latentd.v2.infer_request import HEADER_LENGTH, InferRequest
from latentd.v2.protocol_model import ProtocolModel
from latentd.wire import json_body, raw_body
from latentd.wire.compression import compress

VARY = (b"vary", b"Accept-Encoding")


def write_answer(
    arrays: Mapping[str, FloatArray], model: ProtocolModel, request: InferRequest, encoding: str
) -> Answer:
    """The outputs [N, m] that were asked for, in that order; compressed where `encoding` names a way."""
    tensors: list[dict[str, Any]] = []
    binary: list[memoryview] = []
    for name, is_binary in request.outputs.items():
        array = arrays[name]
        tensor: dict[str, Any] = {"name": name, "datatype": NATIVE, "shape": array.shape}
        if is_binary:
            binary.append(raw_body.view(array))
            tensor["parameters"] = {"binary_data_size": binary[-1].nbytes}
        else:
            tensor["data"] = array.reshape(-1)
        tensors.append(tensor)
    named = {"id": request.id} if request.id is not None else {}
    fields = {"model_name": model.name, "model_version": model.version, **named, "outputs": tensors}
    head = json_body.write(fields, sum(array.size for array in arrays.values()))
    return _compressed(head, binary, encoding)


def _compressed(head: bytes, binary: Sequence[memoryview], encoding: str) -> Answer:
    headers: Headers = (VARY,)
    media_type, body = json_body.MEDIA_TYPE, head
    if binary:
        media_type, body = raw_body.MEDIA_TYPE, b"".join((head, *binary))
        headers = (VARY, (HEADER_LENGTH.lower().encode(), b"%d" % len(head)))
    if encoding:
        body = compress(body, encoding)
        headers = (*headers, (b"content-encoding", encoding.encode()))
    return Answer(body, media_type, headers=headers)
