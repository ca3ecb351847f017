"""Who is taken on: whoever comes to a full queue is refused before his body is looked at, be it one row or many."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.types import Message, Scope

from asking import check_problem
from latentd.admission import ALWAYS_ANSWERED
from latentd.app import Latentd, create_app
from latentd.http1.turn import SCOPE_KEY
from latentd.inference import Registry
from latentd.inference.backlog import ALWAYS_TAKEN
from latentd.settings import Settings

BINARY = {"Content-Type": "application/octet-stream"}
ROW = bytes(4 * 12)
INFER = "/v2/models/toy.encoder/infer"
NONE_LEFT = 0.02
OPEN = ("/health/live", "/health/ready", "/metrics", "/v2", "/v2/health/ready", "/v2/models/stats", "/models", "/docs")


@dataclass
class Turn:
    """A turn of the event loop: how many were answered, how long others have waited, and what of that was work."""

    answered: int = ALWAYS_ANSWERED
    waited: float = 1.0
    worked: float = 1.0


@pytest.fixture
def app(registry: Registry) -> Latentd:
    return create_app(Settings(), registry=registry)


def ask(app: Latentd, method: str, url: str, turn: Turn | None = None, **options: Any) -> httpx.Response:
    """Ask in a turn; a body that is asked for is a failure where the answer is a refusal."""

    async def in_turn(scope: Scope, receive: Any, send: Any) -> None:
        bodies: list[Message] = []

        async def receive_noted() -> Message:
            bodies.append(await receive())
            return bodies[-1]

        async def send_checked(message: Message) -> None:
            assert not (message.get("status") == 503 and bodies), "it was refused after its body had been read"
            await send(message)

        await app({**scope, SCOPE_KEY: turn} if turn else scope, receive_noted, send_checked)

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(in_turn), base_url="http://latentd") as client:
            return await client.request(method, url, **options)

    return asyncio.run(send())


def fill(app: Latentd, requests: int = ALWAYS_TAKEN, seconds: float = 2.5) -> None:
    """Let so much be in hand, as if threads were at it."""
    for _ in range(requests):
        app.service.scheduler.backlog.add(1, seconds / requests)


@pytest.mark.parametrize(
    ("method", "url", "options"),
    [
        ("POST", "/encode", {"content": ROW, "headers": BINARY}),
        ("POST", "/reconstruct", {"content": ROW * 500, "headers": BINARY}),
        ("POST", "/decode", {"json": {"latents": [0, 0]}}),
        ("GET", "/grid", {}),
    ],
)
def test_what_has_waited_too_long_in_its_turn_is_refused(
    app: Latentd, method: str, url: str, options: dict[str, Any]
) -> None:
    answer = ask(app, method, url, Turn(), **options)
    assert check_problem(answer, "queue-full")["detail"].endswith("LATENTD_QUEUE_SECONDS sets")
    assert answer.headers["retry-after"] == "1"
    assert app.service.statistics.refused == {url: 1}
    in_time = Turn(waited=NONE_LEFT / 2, worked=NONE_LEFT / 2)
    for turn in (in_time, Turn(worked=NONE_LEFT / 2), Turn(answered=ALWAYS_ANSWERED - 1), None):
        assert ask(app, method, url, turn, **options).is_success


def test_the_protocol_has_its_own_words_for_it(app: Latentd) -> None:
    answer = ask(app, "POST", INFER, Turn(), json={})
    assert (answer.status_code, list(answer.json())) == (503, ["error"])
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    "path",
    ["/health/live", "/health/ready", "/metrics", "/v2", "/v2/health/ready", "/v2/models/stats", "/models", "/docs"],
)
def test_whoever_asks_how_the_service_is_gets_an_answer(app: Latentd, path: str) -> None:
    fill(app)
    assert ask(app, "GET", path, Turn()).is_success


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("/encode", {"content": ROW * 9000, "headers": BINARY}),
        ("/reconstruct", {"content": b"any", "headers": {"Content-Type": "image/png"}}),
        ("/decode", {"content": b"[" * 500_000}),
        (INFER, {"content": b"[" * 500_000}),
        ("/interpolate", {"content": b"[" * 500_000}),
        ("/traverse", {"content": b"[" * 500_000}),
    ],
)
def test_what_would_wait_for_a_thread_is_refused_where_enough_does(
    app: Latentd, url: str, options: dict[str, Any]
) -> None:
    fill(app, seconds=2.5)
    answer = ask(app, "POST", url, **options)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "3"  # it will take as long


def test_what_is_done_at_once_does_not_care_what_threads_have_to_do(app: Latentd) -> None:
    fill(app)
    assert ask(app, "POST", "/encode", content=ROW, headers=BINARY).is_success


def test_views_that_take_long_are_refused_unless_the_client_has_them(app: Latentd) -> None:
    grid = "/grid?rows=50&cols=50"
    known = ask(app, "GET", grid)
    fill(app)
    check_problem(ask(app, "GET", grid), "queue-full")
    assert ask(app, "GET", grid, headers={"If-None-Match": known.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(("requests", "seconds"), [(ALWAYS_TAKEN - 1, 1000.0), (1000, NONE_LEFT / 2)])
def test_a_few_that_take_long_and_many_that_do_not_leave_room(app: Latentd, requests: int, seconds: float) -> None:
    fill(app, requests, seconds)
    assert ask(app, "POST", "/encode", content=ROW * 9000, headers=BINARY).is_success


def test_the_limit_can_be_set(registry: Registry) -> None:
    app = create_app(Settings(queue_seconds=10), registry=registry)
    fill(app, seconds=9)
    assert ask(app, "POST", "/encode", Turn(waited=9), content=ROW * 9000, headers=BINARY).is_success
    fill(app, seconds=9)
    assert ask(app, "POST", "/encode", content=ROW * 9000, headers=BINARY).status_code == 503
