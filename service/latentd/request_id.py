"""X-Request-ID: echoed, or made, on every answer."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from random import getrandbits

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"x-request-id"
SCOPE_KEY = "latentd.request_id"
"""Where in the ASGI scope a request's id is found."""

_ACCEPTED = re.compile(rb"[\x21-\x7e]{1,128}")


class RequestIds:
    """ASGI middleware that gives each answer the id of its request.

    A client's own id is taken when it is 1 to 128 visible ASCII characters, so that it can stand in a log line.
    One that is made tells requests apart; it is no secret.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self.app(scope, receive, send)
        request_id = dict(scope["headers"]).get(HEADER, b"")
        if not request_id or not _ACCEPTED.fullmatch(request_id):
            request_id = b"%016x" % getrandbits(64)
        scope[SCOPE_KEY] = request_id.decode("latin-1")

        def send_with_id(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (HEADER, request_id)]
            return send(message)

        return self.app(scope, receive, send_with_id)
