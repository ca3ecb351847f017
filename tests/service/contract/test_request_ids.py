"""X-Request-ID stands on every answer."""

from __future__ import annotations

import re

import httpx
import pytest

EVERYTHING = [
    ("POST", "/encode"),
    ("GET", "/encode"),
    ("POST", "/encode?model=tay"),
    ("GET", "/models"),
    ("GET", "/models/tay"),
    ("GET", "/models/toy?version=x"),
    ("GET", "/nowhere"),
    ("GET", "/docs"),
    ("GET", "/docs/vendor/swagger-ui.css"),
    ("GET", "/docs/vendor/nothing"),
    ("HEAD", "/models"),
    ("GET", "/openapi.json"),
    ("GET", "/health/live"),
]


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_an_id_is_echoed(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path, headers={"X-Request-ID": "from-the-client"})
    assert answer.headers.get_list("x-request-id") == ["from-the-client"]


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_or_made(client: httpx.Client, method: str, path: str) -> None:
    first, second = (client.request(method, path).headers["x-request-id"] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{16}", first)
    assert first != second
