"""Questions that no server was asked, and what a handler answers to them in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.types import Message

from latentd.answer import Answer
from latentd.endpoint import Handler
from latentd.inference import Registry
from latentd.question import Question
from latentd.service import Service
from latentd.settings import Settings
from latentd.wire import json_body


def question(
    query: str = "", headers: Mapping[str, str] | None = None, body: Any = b"", path: str = "/somewhere"
) -> Question:
    """A question with that query, headers, and body: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json_body.write_any(body)
    fields = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": fields}

    async def receive() -> Message:
        return {"type": "http.request", "body": content}

    return Question(scope, receive)


def answer(handler: Handler, registry: Registry, asked: Question, **settings: Any) -> Answer:
    """What the handler answers with these models and settings; the errors of the domain pass."""

    async def run() -> Answer:
        service = Service(Settings(**settings), registry)
        try:
            return await handler(asked, service)
        finally:
            service.scheduler.close()

    return asyncio.run(run())


def fields_in(given: Answer) -> dict[str, Any]:
    """The fields of a JSON answer."""
    assert given.media_type == json_body.MEDIA_TYPE
    fields: dict[str, Any] = json_body.read_any(given.body)
    return fields
