"""Answers that are not latentd's, or are damaged: each is told as what it is, and none is taken for a result."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import TOY
from clients import Kind, connected
from latentd.client import AnswerInvalidError, LatentClient, Retries
from unreliable import Reply, Unreliable

JSON = {"Content-Type": "application/json"}
RAW = {"Content-Type": "application/octet-stream"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
PROBLEM = {"Content-Type": "application/problem+json"}
GZIP = {"Content-Encoding": "gzip"}

Ask = Callable[[LatentClient], Any]


def encode(latent: LatentClient) -> Any:
    return latent.encode(TOY.inputs(3))


def reconstruct(latent: LatentClient) -> Any:
    return latent.reconstruct(TOY.inputs(3))


def grid(latent: LatentClient) -> Any:
    return latent.grid(2, 2)


def models(latent: LatentClient) -> Any:
    return latent.models()


def picture(latent: LatentClient) -> Any:
    return latent.draw.grid(2, 2)


CASES: list[tuple[Ask, str, Reply, str]] = [
    (models, "/models", Reply(200, HTML, b"<html>Welcome"), "expected application/json from .*/models; got 200 with"),
    (models, "/models", Reply(200, {"Content-Type": ""}, b"x"), "got 200 with no Content-Type that begins b'x'"),
    (models, "/models", Reply(200, JSON, b"<html>"), "expected JSON as latentd writes it"),
    (models, "/models", Reply(200, JSON, b'{"models": [{}]}'), "expected JSON as latentd writes it"),
    (models, "/models", Reply(200, JSON, b"[]"), "expected JSON as latentd writes it"),
    (models, "/models", Reply(302, {"Location": "/login"}, b""), "expected an answer of latentd from .*; got 302"),
    (models, "/models", Reply(404, HTML, b"nginx"), "expected an answer of latentd from .*; got 404 with text/html"),
    (models, "/models", Reply(404, PROBLEM, b"nginx"), "expected JSON as latentd writes it"),
    (models, "/models", Reply(404, PROBLEM, b'{"type": "x"}'), "expected JSON as latentd writes it"),
    (models, "/models", Reply(404, PROBLEM, b"null"), "expected JSON as latentd writes it"),
    (models, "/models", Reply(200, {**JSON, **GZIP}, b"no gzip"), "is damaged"),
    (encode, "/models", Reply(200, JSON, b"{}"), "expected JSON as latentd writes it"),
    (encode, "/encode", Reply(200, RAW, bytes(23)), "expected 3 rows of 2 float32 values; got 23 bytes"),
    (encode, "/encode", Reply(200, RAW, bytes(32)), "expected 3 rows of 2 float32 values; got 32 bytes"),
    (encode, "/encode", Reply(200, JSON, b"{}"), "expected application/octet-stream"),
    (reconstruct, "/reconstruct", Reply(200, JSON, b'{"outputs": []}'), "expected JSON as latentd writes it"),
    (grid, "/grid", Reply(200, JSON, json.dumps({"axes": [[0], [0]]}).encode()), "expected JSON as latentd"),
    (grid, "/grid", Reply(200, {"Content-Type": "image/png"}, b"\x89PNG"), "expected application/json"),
    (picture, "/grid", Reply(200, JSON, b"{}"), "expected image/png"),
]


@pytest.mark.parametrize(("ask", "path", "reply", "words"), CASES)
def test_what_is_none_of_latentd_is_told(
    kind: Kind, proxy: Unreliable, ask: Ask, path: str, reply: Reply, words: str
) -> None:
    proxy.script.append((path, reply))
    with (
        connected(kind, proxy.url, retries=Retries(attempts=1)) as latent,
        pytest.raises(AnswerInvalidError, match=words),
    ):
        ask(latent)


def test_another_service_is_not_taken_for_latentd(kind: Kind) -> None:
    def greet(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"hello": "world"})

    with (
        connected(kind, "http://elsewhere", transport=httpx.MockTransport(greet)) as latent,
        pytest.raises(AnswerInvalidError, match="from http://elsewhere/models"),
    ):
        latent.encode(np.zeros(12))
