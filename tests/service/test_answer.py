"""An answer is two ASGI messages."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import Message

from latentd.answer import Answer


def messages_of(answer: Answer) -> list[Message]:
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        raise AssertionError("an answer asks nothing")

    asyncio.run(answer({"type": "http", "method": "GET"}, receive, send))
    return messages


def test_an_answer_gives_itself() -> None:
    start, content = messages_of(Answer(b"abc", "text/x", 201, ((b"x-more", b"1"),)))
    headers: dict[Any, Any] = dict(start["headers"])
    assert start["status"] == 201
    assert headers == {b"content-type": b"text/x", b"content-length": b"3", b"x-more": b"1"}
    assert content == {"type": "http.response.body", "body": b"abc"}


def test_a_304_says_nothing_of_a_body_that_it_has_not() -> None:
    start, content = messages_of(Answer(b"", "", 304, ((b"etag", b'"a"'),)))
    assert start["headers"] == [(b"etag", b'"a"')]
    assert content["body"] == b""
