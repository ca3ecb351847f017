"""CORS: pages of the named origins may ask and read, others may not, and without names nothing changes."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from asking import ask
from latentd.app import create_app
from latentd.inference import Registry
from latentd.security.cors import EXPOSED, allow_origins
from latentd.settings import Settings

OURS, OTHER = "https://app.example.org", "https://evil.example.org"
ROW = {"inputs": [0.5] * 12}


@pytest.fixture
def app(registry: Registry) -> FastAPI:
    return create_app(Settings(cors_origins=f"{OURS},http://localhost:3000"), registry=registry)


def preflight(app: FastAPI, origin: str, method: str = "POST", headers: str = "content-type") -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return ask(app, "OPTIONS", "/encode", headers=asked)


@pytest.mark.parametrize("origin", [OURS, "http://localhost:3000"])
def test_a_page_of_a_named_origin_may_ask(app: FastAPI, origin: str) -> None:
    allowed = preflight(app, origin, headers="content-type,authorization,inference-header-content-length")
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == origin
    assert "POST" in allowed.headers["access-control-allow-methods"]
    assert "authorization" in allowed.headers["access-control-allow-headers"]
    assert allowed.headers["x-request-id"]
    answer = ask(app, "POST", "/encode", json=ROW, headers={"Origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin
    assert "Origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers


def test_a_page_may_read_what_it_needs(app: FastAPI) -> None:
    answer = ask(app, "GET", "/grid?rows=2&cols=2", headers={"Origin": OURS})
    exposed = {name.strip().lower() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert exposed == {name.lower() for name in EXPOSED} >= {"x-request-id", "etag", "retry-after"}
    assert {"accept", "origin"} <= {name.strip().lower() for name in answer.headers["vary"].split(",")}


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/grid?rows=0", 422), ("/encode", 405)])
def test_a_page_may_read_problems_too(app: FastAPI, path: str, status: int) -> None:
    answer = ask(app, "GET", path, headers={"Origin": OURS})
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == OURS


@pytest.mark.parametrize("origin", [OTHER, "null", f"{OURS}:444", OURS.replace("https", "http"), f"{OURS}.evil.org"])
def test_pages_of_other_origins_may_not(app: FastAPI, origin: str) -> None:
    assert preflight(app, origin).status_code == 400
    assert "access-control-allow-origin" not in preflight(app, origin).headers
    answer = ask(app, "POST", "/encode", json=ROW, headers={"Origin": origin})
    assert "access-control-allow-origin" not in answer.headers


def test_methods_that_latentd_does_not_have_are_not_offered(app: FastAPI) -> None:
    assert preflight(app, OURS, method="DELETE").status_code == 400


def test_every_origin_may_be_let_in(registry: Registry) -> None:
    app = create_app(Settings(cors_origins="*"), registry=registry)
    assert preflight(app, OTHER).headers["access-control-allow-origin"] == "*"
    assert ask(app, "GET", "/models", headers={"Origin": OTHER}).headers["access-control-allow-origin"] == "*"


def test_without_names_nothing_stands_in_the_way(registry: Registry) -> None:
    app = create_app(Settings(), registry=registry)
    assert preflight(app, OURS).status_code == 405
    assert not [name for name in ask(app, "GET", "/models", headers={"Origin": OURS}).headers if "access" in name]
    assert allow_origins(app, (), app.service.count) is app
