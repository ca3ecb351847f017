"""An endpoint turns the errors of the domain into answers, and lets all others pass."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from latentd.answer import Answer
from latentd.endpoint import Endpoint, Operation
from latentd.errors import ShapeMismatchError
from latentd.question import Query, Question
from latentd.service import Service


def statuses_of(outcome: Answer | Exception) -> list[int]:
    """What is sent when a handler ends so."""

    async def handler(_question: Question, service: Service) -> Answer:
        assert str(service) == "the service"
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    app = SimpleNamespace(state=SimpleNamespace(service="the service"))
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [],
        "query_string": b"",
        "app": app,
    }
    operation = Operation(handler, Query, lambda _model: {}, ("text/plain",))
    asyncio.run(Endpoint({"POST": operation})(scope, receive, send))
    return [message["status"] for message in sent if message["type"] == "http.response.start"]


def test_an_answer_is_sent() -> None:
    assert statuses_of(Answer(b"", "text/plain", 201)) == [201]


def test_an_error_of_the_domain_is_answered() -> None:
    assert statuses_of(ShapeMismatchError("too long")) == [422]


def test_who_hung_up_is_not_answered() -> None:
    assert statuses_of(ClientDisconnect()) == []


def test_any_other_error_passes() -> None:
    with pytest.raises(ZeroDivisionError):
        statuses_of(ZeroDivisionError())
