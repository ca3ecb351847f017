"""X-Request-ID: echoed, or made, on every answer."""

from __future__ import annotations

import os
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"x-request-id"
SCOPE_KEY = "latentd.request_id"
"""Where in the ASGI scope a request's id is found."""

_ACCEPTED = re.compile(rb"[\x21-\x7e]{1,128}")


class RequestIds:
    """ASGI middleware that gives each answer the id of its request.

    A client's own id is taken when it is 1 to 128 visible ASCII characters, so that it can stand in a log line.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = next((value for name, value in scope["headers"] if name == HEADER), b"")
        if not _ACCEPTED.fullmatch(request_id):
            request_id = os.urandom(8).hex().encode()
        scope[SCOPE_KEY] = request_id.decode("latin-1")

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (HEADER, request_id)]
            await send(message)

        await self.app(scope, receive, send_with_id)
