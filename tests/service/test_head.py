"""HEAD is GET without the body, whatever the app does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from asking import awaited
from latentd.head import HeadRequests


def messages_of(scope: dict[str, Any]) -> list[Message]:
    """What is sent for an app that tells its method in a header, and gives its body in two parts."""

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        method = scope.get("method", "none").encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-method", method)]})
        await send({"type": "http.response.body", "body": b"ab", "more_body": True})
        await send({"type": "http.response.body", "body": b"c"})

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    asyncio.run(awaited(HeadRequests(app)(scope, receive, send)))
    return sent


def test_head_is_asked_as_get_and_its_body_kept_back() -> None:
    start, *parts = messages_of({"type": "http", "method": "HEAD"})
    assert start["headers"] == [(b"x-method", b"GET")]
    assert [part["body"] for part in parts] == [b"", b""]


@pytest.mark.parametrize(
    "scope", [{"type": "http", "method": "GET"}, {"type": "http", "method": "POST"}, {"type": "lifespan"}]
)
def test_anything_else_passes_as_it_is(scope: dict[str, Any]) -> None:
    _, *parts = messages_of(scope)
    assert [part["body"] for part in parts] == [b"ab", b"c"]


def test_the_scope_of_others_is_left_alone() -> None:
    scope = {"type": "http", "method": "HEAD"}
    messages_of(scope)
    assert scope["method"] == "HEAD"
