"""The front: plain endpoints are answered past FastAPI's stack, all else by it, and every answer is counted."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message

from asking import ask, check_problem
from latentd.app import Latentd, create_app
from latentd.inference import Registry
from latentd.settings import Settings

TOY = {"inputs": [0.5] * 12}


@pytest.fixture
def app(registry: Registry) -> Latentd:
    return create_app(Settings(), registry=registry)


@pytest.fixture
def without_fastapi(app: Latentd, monkeypatch: pytest.MonkeyPatch) -> Latentd:
    """The app, in which whatever reaches FastAPI fails."""

    async def fail(*_arguments: Any) -> None:
        raise AssertionError("FastAPI was asked")

    monkeypatch.setattr("fastapi.FastAPI.__call__", fail)
    return app


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/encode", TOY),
        ("POST", "/v2/models/toy/infer", {}),
        ("POST", "/v2/models/toy/versions/1/infer", {}),
        ("GET", "/v2/health/live", None),
        ("GET", "/grid?rows=2&cols=2", None),
        ("HEAD", "/grid?rows=2&cols=2", None),
    ],
)
def test_plain_endpoints_are_answered_past_fastapi(without_fastapi: Latentd, method: str, path: str, body: Any) -> None:
    answer = ask(without_fastapi, method, path, json=body)
    assert answer.status_code in (200, 400)
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/models", "/encode/", "/nothing", "/v2/models/a/b/infer"])
def test_all_else_is_handed_on(without_fastapi: Latentd, path: str) -> None:
    with pytest.raises(AssertionError, match="FastAPI was asked"):
        asyncio.run(without_fastapi(scope_of(path), receive, send))


def scope_of(path: str) -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b"", "root_path": ""}


async def receive() -> Message:
    return {"type": "http.request", "body": b""}


async def send(_message: Message) -> None:
    pass


def test_another_method_is_a_405_that_lists_those_that_there_are(app: Latentd) -> None:
    answer = ask(app, "PUT", "/traverse")
    check_problem(answer, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"


def test_every_answer_is_counted_by_route_model_and_status(app: Latentd) -> None:
    ask(app, "POST", "/encode", json=TOY)
    ask(app, "POST", "/encode", json={"inputs": [0.5]})
    ask(app, "POST", "/encode?model=gone", json=TOY)
    ask(app, "POST", "/v2/models/toy-vae.encoder/infer", json={})
    ask(app, "GET", "/models/toy")
    ask(app, "GET", "/nothing")
    assert app.service.statistics.requests == {
        ("/encode", "toy", 200): 1,
        ("/encode", "toy", 422): 1,
        ("/encode", "", 404): 1,
        ("/v2/models/{name}/infer", "toy-vae", 400): 1,
        ("/models/{name}", "", 200): 1,
        ("", "", 404): 1,
    }


def test_what_a_graph_answered_is_counted_with_its_rows_and_phases(app: Latentd) -> None:
    ask(app, "POST", "/encode", json={"inputs": [[0.5] * 12] * 3})
    ask(app, "POST", "/encode", json={"inputs": [[7] * 12] * 3})
    ask(app, "POST", "/reconstruct?version=1", json=TOY)
    graphs = app.service.statistics.graphs
    assert {key: (each.settled().success.count, each.fail.count, each.rows.total) for key, each in graphs.items()} == {
        ("toy", 2, "encoder"): (1, 1, 3),
        ("toy", 1, "both"): (1, 0, 1),
    }
    assert all(each.count == 1 for each in graphs["toy", 2, "encoder"].phases.values())
    assert app.service.statistics.errors["toy", 1].count == 1
