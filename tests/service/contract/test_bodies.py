"""How a body may be written, and how an answer may be asked for."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import httpx
import pytest

from asking import check_problem
from bundles import TOY
from conftest import BODY_LIMIT

JSON, RAW = "application/json", "application/octet-stream"
INPUTS = {"inputs": [0.5] * 12}
TEXT = b'{"inputs": [' + b",".join([b"0.5"] * 12) + b"]}"
ROWS = TOY.inputs(3)


@pytest.fixture
def wanted(client: httpx.Client) -> Any:
    return client.post("/encode", json=INPUTS).json()


@pytest.mark.parametrize(
    "content_type", [None, "", JSON, "application/json; charset=utf-8", "APPLICATION/JSON", "application/json ;x=y"]
)
def test_json_is_read_as_such_and_so_is_a_body_without_a_type(
    client: httpx.Client, wanted: Any, content_type: str | None
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    request = client.build_request("POST", "/encode", content=TEXT, headers=headers)
    assert ("content-type" in request.headers) == (content_type is not None)
    assert client.send(request).json() == wanted


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
    ],
)
def test_a_body_may_be_compressed(client: httpx.Client, wanted: Any, encoding: str, pack: Any) -> None:
    assert client.post("/encode", content=pack(TEXT), headers={"Content-Encoding": encoding}).json() == wanted


def test_a_raw_body_may_be_compressed(client: httpx.Client) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": RAW}
    packed = client.post("/encode", content=gzip.compress(ROWS.tobytes()), headers=headers)
    assert packed.json() == client.post("/encode", json={"inputs": ROWS.tolist()}).json()


def test_a_body_may_come_in_chunks(client: httpx.Client, wanted: Any) -> None:
    chunks = (bytes([byte]) for byte in TEXT)
    assert client.post("/encode", content=chunks).json() == wanted


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", JSON),
        (JSON, JSON),
        (RAW, RAW),
        (f"{JSON};q=0.4, {RAW};q=0.6", RAW),
        (f"{RAW};q=0.4, {JSON};q=0.6", JSON),
        (f"{JSON};q=0, */*;q=0.1", RAW),
        ("text/html, application/*;q=0.2", JSON),
    ],
)
@pytest.mark.parametrize("path", ["/encode", "/reconstruct"])
def test_accept_chooses_the_media_type(client: httpx.Client, path: str, accept: str, given: str) -> None:
    assert client.post(path, json=INPUTS, headers={"Accept": accept}).headers["content-type"] == given


def test_accept_in_two_lines_is_one_list(client: httpx.Client) -> None:
    headers = [("Accept", RAW), ("Accept", f"{JSON};q=0.5")]
    assert client.post("/encode", json=INPUTS, headers=headers).headers["content-type"] == RAW


@pytest.mark.parametrize("accept", ["text/html", "image/png", f"{JSON};q=0, {RAW};q=0", "*/*;q=0"])
def test_what_cannot_be_given_is_refused_with_what_can(client: httpx.Client, accept: str) -> None:
    problem = check_problem(client.post("/encode", json=INPUTS, headers={"Accept": accept}), "answer-unacceptable")
    assert JSON in problem["detail"]
    assert RAW in problem["detail"]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", "*/*"],
)
def test_another_type_is_refused_with_those_that_are_read(client: httpx.Client, content_type: str) -> None:
    answer = client.post("/encode", content=TEXT, headers={"Content-Type": content_type})
    problem = check_problem(answer, "media-type-unsupported")
    assert JSON in problem["detail"]
    assert RAW in problem["detail"]


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_another_encoding_is_refused_with_those_that_are_read(client: httpx.Client, encoding: str) -> None:
    answer = client.post("/encode", content=TEXT, headers={"Content-Encoding": encoding})
    assert "gzip" in check_problem(answer, "content-encoding-unsupported")["detail"]


def chunked(body: bytes) -> Any:
    return (body[start : start + 65536] for start in range(0, len(body), 65536))


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b" " * (BODY_LIMIT + 1), "identity"),
        (chunked(b" " * (BODY_LIMIT + 1)), "identity"),
        (gzip.compress(b" " * (BODY_LIMIT + 1)), "gzip"),
        (gzip.compress(bytes(100 * BODY_LIMIT)), "gzip"),
    ],
    ids=["announced", "in chunks", "after decompression", "a bomb"],
)
def test_a_body_past_the_limit_is_refused_by_the_name_of_the_setting(
    client: httpx.Client, body: Any, encoding: str
) -> None:
    problem = check_problem(
        client.post("/encode", content=body, headers={"Content-Encoding": encoding}), "body-too-large"
    )
    assert f"{BODY_LIMIT} bytes" in problem["detail"]
    assert "LATENTD_MAX_BODY_BYTES" in problem["detail"]


def test_a_body_of_just_the_limit_is_read(client: httpx.Client, wanted: Any) -> None:
    assert client.post("/encode", content=TEXT.ljust(BODY_LIMIT)).json() == wanted
