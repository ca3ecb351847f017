"""The same question in the words of each server: latentd's native ones, and those of the Open Inference Protocol."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
from PIL import Image

from benchmarks.cases import DECODE_JSON, GRID, Case, View
from benchmarks.exchange import Answer, Array, Exchange, Request
from benchmarks.in_process import Floats, Truth

JSON, BINARY = "application/json", "application/octet-stream"
HEAD_LENGTH = "Inference-Header-Content-Length"
INFER = "/v2/models/ae-mnist.encoder/infer"
TOLERANCE = 1e-3  # another build of onnxruntime adds up in another order
GREY = 1  # a step of it, in pictures

Dialect = Callable[[Case, Floats, Truth], Exchange]


def native(case: Case, rows: Floats, truth: Truth) -> Exchange:
    """`/encode`: `{"inputs": …}`, or raw float32 both ways."""
    rows, expected = rows[: case.rows], truth.latents[: case.rows]
    if case.form == "json":
        request = Request("POST", "/encode", _write_json({"inputs": rows}), {"Content-Type": JSON})
        return Exchange(request, _read_latents, expected, TOLERANCE)
    headers = {"Content-Type": BINARY, "Accept": BINARY}
    return Exchange(Request("POST", "/encode", rows.tobytes(), headers), _read_floats, expected, TOLERANCE)


def open_inference(case: Case, rows: Floats, truth: Truth) -> Exchange:
    """`/v2/models/…/infer`: tensors in JSON, or as binary tensor data both ways."""
    rows, expected = rows[: case.rows], truth.latents[: case.rows]
    tensor: dict[str, Any] = {"name": "input", "shape": rows.shape, "datatype": "FP32"}
    if case.form == "json":
        body = _write_json({"inputs": [{**tensor, "data": rows.ravel()}]})
        return Exchange(Request("POST", INFER, body, {"Content-Type": JSON}), _read_tensor, expected, TOLERANCE)
    described = {**tensor, "parameters": {"binary_data_size": rows.nbytes}}
    head = _write_json({"inputs": [described], "outputs": [{"name": "latent", "parameters": {"binary_data": True}}]})
    headers = {"Content-Type": BINARY, HEAD_LENGTH: str(len(head))}
    return Exchange(Request("POST", INFER, head + rows.tobytes(), headers), _read_tensor, expected, TOLERANCE)


def view(asked: View, truth: Truth) -> Exchange:
    """One of latentd's own routes."""
    body = _write_json({"latents": truth.latents[0]}) if asked.method == "POST" else b""
    headers = {"Accept": asked.accept, **({"Content-Type": JSON} if body else {})}
    request = Request(asked.method, asked.path, body, headers)
    if asked == DECODE_JSON:
        return Exchange(request, _read_outputs, truth.outputs, TOLERANCE)
    pixels = truth.grid if asked == GRID else np.rint(truth.outputs * 255)
    return Exchange(request, _read_picture, pixels, GREY)


def _write_json(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)


def _read_latents(answer: Answer) -> Array:
    """Some servers name the latents, others give them bare."""
    document = orjson.loads(answer.body)
    return np.array(document["latents"] if isinstance(document, dict) else document)


def _read_outputs(answer: Answer) -> Array:
    return np.array(orjson.loads(answer.body)["outputs"])


def _read_floats(answer: Answer) -> Array:
    return np.frombuffer(answer.body, "<f4")


def _read_tensor(answer: Answer) -> Array:
    length = int(answer.headers.get(HEAD_LENGTH.lower(), len(answer.body)))
    [output] = orjson.loads(answer.body[:length])["outputs"]
    return np.array(output["data"]) if "data" in output else np.frombuffer(answer.body[length:], "<f4")


def _read_picture(answer: Answer) -> Array:
    return np.asarray(Image.open(io.BytesIO(answer.body)))
