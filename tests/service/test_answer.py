"""An answer is two ASGI messages."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message

from latentd.answer import Answer


def messages_of(answer: Answer, method: str) -> list[Message]:
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        raise AssertionError("an answer asks nothing")

    asyncio.run(answer({"type": "http", "method": method}, receive, send))
    return messages


@pytest.mark.parametrize(("method", "body"), [("GET", b"abc"), ("POST", b"abc"), ("HEAD", b"")])
def test_an_answer_gives_itself(method: str, body: bytes) -> None:
    start, content = messages_of(Answer(b"abc", "text/x", 201, ((b"x-more", b"1"),)), method)
    headers: dict[Any, Any] = dict(start["headers"])
    assert start["status"] == 201
    assert headers == {b"content-type": b"text/x", b"content-length": b"3", b"x-more": b"1"}
    assert content == {"type": "http.response.body", "body": body}
