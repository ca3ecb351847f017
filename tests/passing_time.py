"""An event loop whose time passes when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Clock(asyncio.SelectorEventLoop):
    """The real loop; `ahead` seconds of waiting need not be waited for."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def run_ahead(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` on such a loop."""
    with asyncio.Runner(loop_factory=Clock) as runner:
        runner.run(work)


async def pass_time(seconds: float, step: float = 0.5) -> None:
    """Let so much time pass, and let happen what happens meanwhile."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Clock)
    await settle()
    while seconds > 0:
        loop.ahead += min(step, seconds)
        seconds -= step
        await settle()


async def settle() -> None:
    """Let happen what can happen without time."""
    for _ in range(10):
        await asyncio.sleep(0)
