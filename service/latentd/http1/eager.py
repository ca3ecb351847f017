"""A coroutine's first step at once; a task only for what is left of it.

Python 3.12 has eager tasks for this, 3.11 has not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from contextvars import copy_context
from typing import Any

Work = Coroutine[Any, Any, None]


def run_eagerly(loop: asyncio.AbstractEventLoop, work: Work, tasks: set[asyncio.Task[None]]) -> None:
    """Run `work` up to where it first waits. If that is not its end, a task among the `tasks` goes on with it.

    Until it has waited once it runs in no task, and `asyncio.current_task()` is None. Raises what it raises till then,
    but for a cancellation, which ends it as it would end a task.
    """
    context = copy_context()
    try:
        waited_for = context.run(work.send, None)
    except (StopIteration, asyncio.CancelledError):
        return
    task = loop.create_task(_Rest(work, waited_for), context=context)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


class _Rest(Work):
    """What is left of a coroutine. Its first step is to wait for what the coroutine waits for already."""

    def __init__(self, work: Work, waited_for: Any) -> None:
        self._work = work
        self._waited_for = waited_for
        self._has_waited = False

    def send(self, value: Any) -> Any:
        if self._has_waited:
            return self._work.send(value)
        self._has_waited = True
        return self._waited_for

    def throw(self, *error: Any) -> Any:
        self._has_waited = True
        return self._work.throw(*error)

    def close(self) -> None:
        self._work.close()

    def __await__(self) -> Generator[Any, Any, None]:
        return self._work.__await__()
