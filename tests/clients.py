"""Both clients behind one interface, so that every test of one is a test of the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, cast

from latentd.client import AsyncLatentClient, LatentClient

Kind = Literal["sync", "async"]
KINDS: tuple[Kind, ...] = ("sync", "async")


class Awaited:
    """An object whose methods are coroutines, with methods that run them to their end."""

    def __init__(self, runner: asyncio.Runner, target: Any) -> None:
        self._runner = runner
        self._target = target

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        if not callable(value):
            return Awaited(self._runner, value)
        return lambda *args, **kwargs: self._runner.run(value(*args, **kwargs))


@contextmanager
def connected(kind: Kind, url: str, **options: Any) -> Iterator[LatentClient]:
    """A client of that kind. An AsyncLatentClient looks like a LatentClient here."""
    if kind == "sync":
        with LatentClient(url, **options) as client:
            yield client
        return
    with asyncio.Runner() as runner:
        awaited = AsyncLatentClient(url, **options)
        try:
            yield cast("LatentClient", Awaited(runner, awaited))
        finally:
            runner.run(awaited.aclose())
