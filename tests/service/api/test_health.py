"""Alive, ready, or not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import pytest
from starlette.responses import Response

from latentd.api.health import live, ready
from latentd.errors import ServiceNotReadyError
from latentd.inference import Registry
from latentd.service import Service
from latentd.settings import Settings


def json_of(answering: Coroutine[Any, Any, Response]) -> Any:
    return json.loads(bytes(asyncio.run(answering).body))


def test_a_process_that_answers_is_alive() -> None:
    assert json_of(live()) == {"status": "live"}


def test_it_is_ready_with_its_models_and_not_before(registry: Registry) -> None:
    assert json_of(ready(Service(Settings(), registry))) == {"status": "ready", "models": registry.names}
    with pytest.raises(ServiceNotReadyError):
        asyncio.run(ready(Service(Settings())))


def test_it_is_not_ready_when_it_is_about_to_end(registry: Registry) -> None:
    service = Service(Settings(), registry)
    service.end()
    with pytest.raises(ServiceNotReadyError, match="about to end"):
        asyncio.run(ready(service))
    assert service.registry is registry
