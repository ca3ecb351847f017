"""Alive, ready, or not."""

from __future__ import annotations

import asyncio

import pytest

from latentd.api.health import live, ready
from latentd.errors import ServiceNotReadyError
from latentd.inference import Registry
from latentd.service import Service
from latentd.settings import Settings


def test_a_process_that_answers_is_alive() -> None:
    assert asyncio.run(live()).status == "live"


def test_it_is_ready_with_its_models_and_not_before(registry: Registry) -> None:
    assert asyncio.run(ready(Service(Settings(), registry))).models == registry.names
    with pytest.raises(ServiceNotReadyError):
        asyncio.run(ready(Service(Settings())))
