"""The shortest way from a request to a function: no dependencies to solve, no models to validate."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from latentd.answer import Answer
from latentd.errors import LatentdError
from latentd.problems import answer_problem
from latentd.question import Question
from latentd.service import Service

Handler = Callable[[Question, Service], Awaitable[Answer]]


class Endpoint:
    """An ASGI app around `handler`, for a route whose bodies are arrays and whose speed counts.

    FastAPI knows nothing of such a route's parameters: api/openapi.py describes them.
    """

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self.handler(Question(scope, receive), scope["app"].state.service)
        except LatentdError as error:
            answer = answer_problem(error, scope)
        except ClientDisconnect:
            return
        await answer(scope, receive, send)
