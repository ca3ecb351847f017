"""An endpoint turns whatever a handler ends in into an answer, and counts it."""

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
from latentd.settings import Settings

SERVICE = Service(Settings())


def statuses_of(outcome: Answer | Exception) -> list[int]:
    """What is sent when a handler ends so."""

    async def handler(_question: Question, service: Service) -> Answer:
        assert service is SERVICE
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    app = SimpleNamespace(state=SimpleNamespace(service=SERVICE))
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


def test_any_other_error_is_answered_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert statuses_of(ZeroDivisionError()) == [500]
    assert "ZeroDivisionError" in caplog.text


def test_answers_are_counted_and_what_was_not_answered_is_not() -> None:
    before = SERVICE.statistics.requests["/", "", 201]
    statuses_of(Answer(b"", "text/plain", 201))
    statuses_of(ClientDisconnect())
    assert SERVICE.statistics.requests["/", "", 201] == before + 1
