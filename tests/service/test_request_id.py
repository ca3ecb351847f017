"""X-Request-ID: a good one is echoed, any other is replaced."""

from __future__ import annotations

import asyncio
import re

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from asking import ask, awaited
from latentd.request_id import SCOPE_KEY, RequestIds


async def tell_id(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(scope[SCOPE_KEY])(scope, receive, send)


@pytest.mark.parametrize("request_id", ["a", "7f-A_b.c:d/e", "x" * 128, "~!@"])
def test_a_clients_own_id_is_echoed(request_id: str) -> None:
    answer = ask(RequestIds(tell_id), "GET", "/", headers={"X-Request-ID": request_id})
    assert answer.headers.get_list("x-request-id") == [request_id]
    assert answer.text == request_id


@pytest.mark.parametrize("request_id", [None, "", "two words", "x" * 129, "tab\tbed", "é"])
def test_without_a_good_id_one_is_made(request_id: str | None) -> None:
    headers = {} if request_id is None else {"X-Request-ID": request_id.encode("latin-1")}
    answer = ask(RequestIds(tell_id), "GET", "/", headers=headers)
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])


def test_made_ids_differ() -> None:
    answers = [ask(RequestIds(tell_id), "GET", "/").text for _ in range(10)]
    assert len(set(answers)) == 10


def test_what_is_not_http_passes_through() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    async def receive() -> Message:
        return {}

    async def send(_message: Message) -> None:
        return

    asyncio.run(awaited(RequestIds(app)({"type": "lifespan"}, receive, send)))
    assert seen == ["lifespan"]
