"""Every limit on every route: what is past it is refused by the name of its setting, and by both faces."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import TOY
from npy_files import npy
from pictures import claiming, png
from servers import Server, serving
from tensors import binary_body, binary_tensor, tensor
from vitals import MEBIBYTE, Vitals

KIB = 1024
LIMITS = {
    "LATENTD_MAX_BODY_BYTES": 4 * KIB * KIB,
    "LATENTD_MAX_HEAD_BYTES": 8 * KIB,
    "LATENTD_MAX_QUERY_BYTES": KIB,
    "LATENTD_MAX_ROWS": 1000,
    "LATENTD_MAX_PIXELS": 600,
    "LATENTD_MAX_JSON_DEPTH": 8,
    "LATENTD_MAX_JSON_VALUES": 64,
    "LATENTD_MAX_ANSWER_VALUES": 2000,
}
JSON, RAW, NPY, PNG = "application/json", "application/octet-stream", "application/x-npy", "image/png"
BIG = 4 * KIB * KIB + 1
INFER = "/v2/models/toy/infer"
INDEX = "/v2/repository/index"


@pytest.fixture(scope="module")
def limited(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {"LATENTD_DEFAULT_MODEL": "toy", **{name: str(limit) for name, limit in LIMITS.items()}}
    with serving(models_folder, tmp_path_factory.mktemp("limited") / "log", settings) as server:
        yield server


@pytest.fixture(scope="module")
def asking(limited: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=limited.url, timeout=60) as session:
        yield session


def post(path: str, content: bytes, media_type: str = JSON, **headers: str) -> dict[str, Any]:
    sent = {"Content-Type": media_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {"method": "POST", "url": path, "content": content, "headers": sent}


def get(path: str, **headers: str) -> dict[str, Any]:
    return {"method": "GET", "url": path, "headers": headers}


def rows(count: int, width: int = 12) -> list[list[float]]:
    return [[0.5] * width] * count


def as_json(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def infer(**fields: Any) -> bytes:
    return as_json(**{"inputs": [tensor(TOY.inputs(2))], **fields})


def binary(count: int) -> dict[str, Any]:
    described, data = binary_tensor(np.zeros((count, 12)), "UINT8")
    body, headers = binary_body({"inputs": [described]}, data)
    return {"method": "POST", "url": INFER, "content": body, "headers": headers}


def deep(depth: int) -> bytes:
    return b'{"inputs":' + b"[" * depth + b"]" * depth + b"}"


NESTED = {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": 1}}}}}}}}
ONE = rows(1)[0]
# The setting, the status, and the request that is past the limit.
PAST: list[tuple[str, int, dict[str, Any]]] = [
    *[("BODY_BYTES", 413, post(path, b" " * BIG)) for path in ("/encode", "/decode", "/reconstruct", "/traverse")],
    *[("BODY_BYTES", 413, post(path, b" " * BIG)) for path in ("/interpolate", INFER, INDEX)],
    *[
        ("BODY_BYTES", 413, post(path, pack(bytes(BIG)), Content_Encoding=encoding))
        for path in ("/encode", "/decode", INFER, INDEX)
        for encoding, pack in (("gzip", gzip.compress), ("deflate", zlib.compress))
    ],
    ("BODY_BYTES", 413, post("/encode", gzip.compress(bytes(200 * BIG // 10)), PNG, Content_Encoding="gzip")),
    *[("HEAD_BYTES", 431, get(path, X="y" * 9000)) for path in ("/models", "/grid", "/v2", "/", "/nowhere")],
    *[("HEAD_BYTES", 414, get(f"{path}?model={'y' * 9000}")) for path in ("/models", "/grid", "/v2")],
    *[("HEAD_BYTES", 414, get(f"{path}/{'y' * 9000}")) for path in ("/models", "/v2/models", "/docs")],
    *[("QUERY_BYTES", 414, get(f"{path}?model={'y' * 1100}")) for path in ("/models", "/grid", "/v2", "/", "/docs")],
    ("QUERY_BYTES", 414, {**post("/encode", as_json(inputs=ONE)), "params": {"model": "y" * 1100}}),
    *[("ROWS", 413, post(path, as_json(inputs=rows(1001)))) for path in ("/encode", "/reconstruct", "/interpolate")],
    ("ROWS", 413, post("/decode", as_json(latents=rows(1001, 2)))),
    ("ROWS", 413, post("/encode", bytes(1001 * 48), RAW)),
    ("ROWS", 413, post("/encode", npy(np.zeros((1001, 12), np.uint8)), NPY)),
    ("ROWS", 413, post(INFER, as_json(inputs=[tensor(np.zeros((1001, 12)))]))),
    ("ROWS", 413, post(INFER, as_json(inputs=[{**tensor(np.zeros((1001, 12))), "data": rows(1001)}]))),
    ("ROWS", 413, binary(1001)),
    ("ROWS", 413, post(INFER, bytes(1001 * 48), RAW, Inference_Header_Content_Length="0")),
    ("ROWS", 413, post("/encode", as_json(inputs=[[]] * 100_000))),
    ("ROWS", 413, post("/encode", b'{"inputs":[' + b"0," * 1_000_000 + b"0]}")),
    ("ROWS", 413, post(INFER, b'{"inputs":[{"name":"input","data":[' + b"0," * 1_000_000 + b"0]}]}")),
    ("ROWS", 422, get("/grid?rows=40&cols=40")),
    *[("ROWS", 422, get(path)) for path in ("/sample?n=1001", "/traverse?steps=1001")],
    ("ROWS", 422, get("/interpolate?from=0,0&to=1,1&steps=1001")),
    ("ROWS", 422, post("/traverse?steps=1001", as_json(inputs=ONE))),
    ("ROWS", 422, post("/traverse", as_json(inputs=ONE, steps=900, dims=[0, 1]))),
    ("ROWS", 422, post("/interpolate?steps=1001", as_json(inputs=rows(2)))),
    ("PIXELS", 413, post("/encode", png(np.zeros((20, 31), np.uint8)), PNG)),
    ("PIXELS", 413, post("/encode", claiming(60_000, 60_000), PNG)),
    ("PIXELS", 413, post("/decode", as_json(latents=rows(51, 2)), Accept=PNG)),
    ("PIXELS", 413, post("/reconstruct", as_json(inputs=rows(26)), Accept=PNG)),
    ("PIXELS", 413, get("/sample?n=51")),
    *[("JSON_DEPTH", 413, post(path, deep(2000))) for path in ("/encode", "/traverse", "/interpolate", INFER, INDEX)],
    ("JSON_DEPTH", 413, post("/traverse", as_json(inputs=ONE, steps=NESTED))),
    ("JSON_DEPTH", 413, post(INFER, infer(parameters=NESTED))),
    ("JSON_DEPTH", 413, post(INFER, infer(unknown=NESTED))),
    ("JSON_DEPTH", 413, post(INDEX, as_json(parameters=NESTED))),
    ("JSON_VALUES", 413, post("/traverse", as_json(inputs=ONE, dims=[0] * 1000))),
    ("JSON_VALUES", 413, post("/encode", as_json(**{str(number): 1 for number in range(100)}))),
    ("JSON_VALUES", 413, post(INFER, infer(outputs=[{"name": "latent"}] * 1000))),
    ("JSON_VALUES", 413, post(INFER, infer(parameters={str(number): 1 for number in range(1000)}))),
    ("JSON_VALUES", 413, post(INFER, as_json(inputs=[{**tensor(TOY.inputs(1)), "shape": [2**62] * 1000}]))),
    ("JSON_VALUES", 413, post(INFER, infer(unknown=[[]] * 1000))),
    ("JSON_VALUES", 413, post(INDEX, as_json(parameters={str(number): [] for number in range(1000)}))),
    *[("ANSWER_VALUES", 413, post(path, as_json(latents=rows(200, 2)))) for path in ("/decode",)],
    ("ANSWER_VALUES", 413, post("/reconstruct", as_json(inputs=rows(200)))),
    ("ANSWER_VALUES", 413, post("/encode?model=toy-vae", as_json(inputs=rows(401)))),
    *[("ANSWER_VALUES", 413, get(path)) for path in ("/grid", "/sample?n=200", "/traverse?steps=200")],
    ("ANSWER_VALUES", 413, get("/interpolate?from=0,0&to=1,1&steps=200")),
    ("ANSWER_VALUES", 413, post("/traverse?steps=90", as_json(inputs=ONE))),
    ("ANSWER_VALUES", 413, post("/interpolate?steps=200", as_json(inputs=rows(2)))),
    ("ANSWER_VALUES", 413, binary(200)),
]


def name_of(row: Any) -> str:
    return f"{row[2]['method']} {row[2]['url'][:30]}"


@pytest.mark.parametrize("row", PAST, ids=lambda row: f"{row[0]} {name_of(row)}")
def test_what_is_past_a_limit_is_refused_by_the_name_of_its_setting(asking: httpx.Client, row: Any) -> None:
    setting, status, request = row
    answer = asking.request(**request)
    in_protocol = httpx.URL(request["url"]).path.startswith("/v2")
    assert answer.status_code == (400 if in_protocol and status == 422 else status), answer.text
    assert f"LATENTD_MAX_{setting}" in answer.text
    assert str(LIMITS[f"LATENTD_MAX_{setting}"]) in answer.text


def test_what_is_within_them_is_answered(asking: httpx.Client) -> None:
    for request in (
        post("/encode", as_json(inputs=rows(1000))),
        post(INFER, infer()),
        get("/sample?n=10"),
        binary(100),
    ):
        assert asking.request(**request).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b'{"inputs":[' + b"[]," * 1_300_000 + b"[]]}",
        b'{"inputs":[' + b"0," * 2_000_000 + b"0]}",
        b'{"inputs":[' + b"{}," * 1_300_000 + b"{}]}",
        b'{"inputs":[1],"dims":[' + b"[]," * 1_300_000 + b"[]]}",
        b'{"inputs":[1],"dims":"' + b"x" * 4_000_000 + b'"}',
        b'{"a":{' + b",".join(b'"%d":0' % number for number in range(300_000)) + b"}}",
        b"[" * 4_000_000,
    ],
    ids=lambda body: repr(body[:30]),
)
@pytest.mark.parametrize("path", ["/encode", "/traverse", INFER, INDEX])
def test_a_body_of_many_parts_takes_no_memory_to_speak_of(
    asking: httpx.Client, limited: Server, path: str, body: bytes
) -> None:
    before = Vitals.of(limited.process.pid)
    for _ in range(2):
        answer = asking.post(path, content=body)
        assert answer.status_code < 500
        assert len(answer.content) < KIB
    assert Vitals.of(limited.process.pid).memory - before.memory < 80 * MEBIBYTE  # twenty times its bytes


def test_many_headers_take_no_time_to_speak_of(server: Server) -> None:
    """Were they looked for one by one, it would be some seconds for each request."""
    headers = [(f"{number:x}", "") for number in range(850)] + [("Accept", "*/*"), ("Accept", "text/html")]
    with httpx.Client(base_url=server.url, timeout=60) as client:
        for _ in range(5):
            assert client.post("/encode", json={"inputs": ONE}, headers=headers).status_code == 200
