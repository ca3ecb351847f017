"""A coroutine's first step at once; a task only for what is left of it.

Python 3.12 has eager tasks for this, 3.11 has not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextvars import copy_context
from functools import partial
from types import coroutine
from typing import Any


def run_eagerly(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]
) -> None:
    """Run `work` up to where it first waits. If that is not its end, a task among the `tasks` goes on with it.

    Until it has waited once it runs in no task, and `asyncio.current_task()` is None.
    """
    context = copy_context()
    try:
        waited_for = context.run(work.send, None)
    except StopIteration:
        return
    task = loop.create_task(_go_on(work, waited_for), context=context)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def _go_on(work: Coroutine[Any, Any, None], waited_for: Any) -> None:
    await _rest(work, waited_for)


@coroutine
def _rest(work: Coroutine[Any, Any, None], waited_for: Any) -> Generator[Any, Any, None]:
    """Hand on to the task's loop what `work` waits for, beginning with what it waits for already."""
    step: Callable[[], Any]
    while True:
        try:
            sent = yield waited_for
        except BaseException as error:  # noqa: BLE001 - a cancellation too belongs to the work
            step = partial(work.throw, error)
        else:
            step = partial(work.send, sent)
        try:
            waited_for = step()
        except StopIteration:
            return
