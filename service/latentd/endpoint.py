"""The shortest way from a request to a function: no dependencies to solve, no models to validate."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from latentd.admission import admit_to_turn
from latentd.answer import Answer
from latentd.errors import BusyError
from latentd.inference import Autoencoder
from latentd.problems import answer_problem
from latentd.question import Query, Question
from latentd.service import Service

Fields = dict[str, Any]
Handler = Callable[[Question, Service], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method of a route does, and what api/openapi.py says of it.

    `asked`, `body` and `answer` give an example for a model: the query, the JSON that is sent, and what comes back.
    `suits` tells whether it can be asked of a model.
    """

    handler: Handler
    query: type[Query]
    answer: Callable[[Autoencoder], Fields]
    media_types: tuple[str, ...]
    body: Callable[[Autoencoder], Fields] | None = None
    body_types: tuple[str, ...] = ()
    asked: Callable[[Autoencoder], Query] = lambda _model: Query()
    suits: Callable[[Autoencoder], bool] = lambda _model: True


class Handlers:
    """The handlers of one path, one for each method. Its routes are answered by the front (front.py)."""

    is_work = False
    """Is there so much to do for a request that it may be refused? Whoever asks how the service is gets an answer."""

    def __init__(self, **handlers: Handler) -> None:
        self._handlers = handlers
        self.methods = frozenset(handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI app: what a router that has found the path hands it."""
        await self.answer(scope, receive, send, scope["app"].state.service, scope["path"])

    async def answer(self, scope: Scope, receive: Receive, send: Send, service: Service, route: str) -> None:
        """Let the method's handler answer, or its error; count the answer for the `route`."""
        question = Question(scope, receive)
        try:
            try:
                if self.is_work:
                    admit_to_turn(scope, service, question.watch)
                answer = await self._handlers[scope["method"]](question, service)
            except ClientDisconnect:
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, it becomes an answer, and the log has the rest
                answer = answer_problem(error, scope)
                if isinstance(error, BusyError):
                    service.statistics.refused[route] += 1
            question.count(service.statistics, route, answer.status)
            if service.is_watched or answer.status >= 500:
                service.tell(question.report(route, answer.status))
            await answer(scope, receive, send)
        finally:
            if question.held:
                service.room.let_go(question)


class Endpoint(Handlers):
    """The operations of one path, for routes whose bodies or answers are arrays.

    FastAPI knows nothing of their parameters: api/openapi.py describes them.
    """

    is_work = True

    def __init__(self, operations: Mapping[str, Operation]) -> None:
        super().__init__(**{method: operation.handler for method, operation in operations.items()})
        self.operations = dict(operations)


def array_route(path: str, **operations: Operation) -> Route:
    """A route with an operation for each method: `array_route("/encode", POST=Operation(…))`."""
    return Route(path, Endpoint(operations), methods=list(operations))
