"""Alive, ready, or not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response
from starlette.types import Message

from latentd.api.health import live, ready
from latentd.errors import ServiceNotReadyError
from latentd.inference import Registry
from latentd.observability.report import HOLDER_KEY
from latentd.question import Question
from latentd.security.keys import Key, KeysFile
from latentd.service import Service
from latentd.settings import Settings


def json_of(answering: Coroutine[Any, Any, Response]) -> Any:
    return json.loads(bytes(asyncio.run(answering).body))


def question(holder: str = "") -> Question:
    async def receive() -> Message:
        raise AssertionError("nothing is read")

    return Question({"type": "http", "headers": [], HOLDER_KEY: holder}, receive)


def test_a_process_that_answers_is_alive() -> None:
    assert json_of(live()) == {"status": "live"}


def test_it_is_ready_with_its_models_and_not_before(registry: Registry) -> None:
    assert json_of(ready(question(), Service(Settings(), registry))) == {"status": "ready", "models": registry.names}
    with pytest.raises(ServiceNotReadyError):
        asyncio.run(ready(question(), Service(Settings())))


def test_it_is_not_ready_when_it_is_about_to_end(registry: Registry) -> None:
    service = Service(Settings(), registry)
    service.end()
    with pytest.raises(ServiceNotReadyError, match="about to end"):
        asyncio.run(ready(question(), service))
    assert service.registry is registry


def test_where_there_are_keys_the_names_are_for_who_has_one(registry: Registry, tmp_path: Path) -> None:
    KeysFile(tmp_path / "keys").add(Key.of("token", "shop", ["infer"]))
    service = Service(Settings(api_keys_file=tmp_path / "keys"), registry)
    assert json_of(ready(question(), service)) == {"status": "ready"}
    assert json_of(ready(question("shop"), service)) == {"status": "ready", "models": registry.names}
