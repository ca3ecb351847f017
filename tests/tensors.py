"""Inference requests of the Open Inference Protocol, put together by hand, and their answers taken apart."""

from __future__ import annotations

import json
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

LENGTH = "Inference-Header-Content-Length"
NUMPY = {
    "FP64": "<f8", "FP32": "<f4", "FP16": "<f2", "INT8": "<i1", "INT16": "<i2", "INT32": "<i4", "INT64": "<i8",
    "UINT8": "<u1", "UINT16": "<u2", "UINT32": "<u4", "UINT64": "<u8",
}  # fmt: skip


def tensor(values: Any, datatype: str = "FP32", name: str = "input", **further: Any) -> dict[str, Any]:
    """An input in JSON, its data flat."""
    array = np.asarray(values)
    return {"name": name, "shape": list(array.shape), "datatype": datatype, "data": array.ravel().tolist(), **further}


def binary_tensor(values: Any, datatype: str = "FP32", name: str = "input") -> tuple[dict[str, Any], bytes]:
    """An input whose data stands behind the JSON, and that data."""
    array = np.asarray(values).astype(NUMPY[datatype])
    described = tensor(array, datatype, name, parameters={"binary_data_size": array.nbytes})
    del described["data"]
    return described, array.tobytes()


def binary_body(request: dict[str, Any], *data: bytes) -> tuple[bytes, dict[str, str]]:
    """A body of JSON and binary data, and the header that tells where the one ends."""
    head = json.dumps(request).encode()
    return b"".join((head, *data)), {LENGTH: str(len(head)), "Content-Type": "application/octet-stream"}


def arrays_in(answer: httpx.Response) -> dict[str, NDArray[np.float32]]:
    """The outputs of an answer by name, whichever way they came."""
    assert answer.status_code == 200, answer.text
    length = int(answer.headers.get(LENGTH, len(answer.content)))
    document, rest = json.loads(answer.content[:length]), answer.content[length:]
    found: dict[str, NDArray[np.float32]] = {}
    for output in document["outputs"]:
        assert output["datatype"] == "FP32"
        size = output.get("parameters", {}).get("binary_data_size")
        if size is None:
            values = np.array(output["data"], np.float32)
        else:
            values, rest = np.frombuffer(rest[:size], "<f4"), rest[size:]
        found[output["name"]] = values.reshape(output["shape"])
    assert not rest
    return found


def check_error(answer: httpx.Response, status: int, *words: str) -> None:
    """Assert that the answer is the protocol's error with this status, and that its text has all the words."""
    assert answer.headers["content-type"] == "application/json", answer.text
    assert answer.status_code == status, answer.text
    document = answer.json()
    assert list(document) == ["error"]
    assert all(word in document["error"] for word in words), document
