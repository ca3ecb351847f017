"""The front of the app: plain endpoints are answered here, past FastAPI's stack, which costs more than the model."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from functools import lru_cache

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from latentd.endpoint import Handlers
from latentd.errors import QueryTooLongError
from latentd.inference.stopwatch import Stopwatch
from latentd.observability.report import Report
from latentd.problems import ROOT_KEY, answer_problem
from latentd.service import Service

REMEMBERED_PATHS = 256
QUERY_SETTING = "LATENTD_MAX_QUERY_BYTES"

Found = tuple[Handlers, dict[str, str], str]


class Front:
    """ASGI middleware that answers the `routes` made of Handlers itself, and hands all else to `app`.

    Both ways each answer is counted by its route, and every route is the app's own as well, which knows what to say of
    other methods and other paths.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute], service: Service) -> None:
        self._app = app
        self._service = service
        self._routes = [route for route in routes if isinstance(route, Route) and isinstance(route.endpoint, Handlers)]
        self._most_query_bytes = service.settings.max_query_bytes
        self._find = lru_cache(REMEMBERED_PATHS)(self._match)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if len(scope["query_string"]) > self._most_query_bytes:
            return self._refuse_query(scope, receive, send)
        path: str = scope["path"]
        found = self._find(path.removeprefix(scope[ROOT_KEY]))
        if found is None or scope["method"] not in found[0].methods:
            return self._hand_on(scope, receive, send)
        endpoint, scope["path_params"], route = found
        return endpoint.answer(scope, receive, send, self._service, route)

    def _match(self, path: str) -> Found | None:
        for route in self._routes:
            match = route.path_regex.match(path)
            if match:
                assert isinstance(route.endpoint, Handlers), "others have been left out"
                return route.endpoint, match.groupdict(), route.path
        return None

    async def _refuse_query(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The one thing that is wrong with a request whatever its route."""
        watch = Stopwatch()
        answer = answer_problem(QueryTooLongError(self._most_query_bytes, QUERY_SETTING), scope)
        self._service.count(Report(scope, "", answer.status, watch.ns))
        await answer(scope, receive, send)

    async def _hand_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        statuses: list[int] = []
        watch = Stopwatch()

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        try:
            answering = self._app(scope, receive, send_counted)
            if asyncio.current_task() is None:  # as http1/eager.py begins; FastAPI's stack wants to be in one
                answering = asyncio.ensure_future(answering)
            await answering
        finally:
            if statuses:
                route = getattr(scope.get("route"), "path", "")
                self._service.count(Report(scope, route, statuses[0], watch.ns))
