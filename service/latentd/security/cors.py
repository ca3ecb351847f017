"""CORS: which pages of other origins may ask (Fetch standard, https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from latentd.inference.stopwatch import Stopwatch
from latentd.observability.report import Report

PREFLIGHT = "preflight"
"""The route of what browsers ask first, whatever path it is for."""

METHODS = ("GET", "HEAD", "POST")

EXPOSED = (
    *("ETag", "Retry-After", "X-Request-ID", "X-Latentd-Model", "X-Latentd-Version"),
    "Inference-Header-Content-Length",
)
"""What a page may read of an answer's headers, beside those that the standard lets through."""


class Cors(CORSMiddleware):
    """Starlette's, with its own answers counted."""

    count: Callable[[Report], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight here; whatever else goes on."""
        headers = Headers(scope=scope) if scope["method"] == "OPTIONS" else {}
        if "origin" not in headers or "access-control-request-method" not in headers:
            await super().__call__(scope, receive, send)
            return
        watch = Stopwatch()
        answer = self.preflight_response(request_headers=Headers(scope=scope))
        self.count(Report(scope, PREFLIGHT, answer.status_code, watch.ns))
        await answer(scope, receive, send)


def allow_origins(app: ASGIApp, origins: Sequence[str], count: Callable[[Report], None]) -> ASGIApp:
    """The app, open to pages of these origins; without any, the app itself, which pays nothing.

    Pages may send whatever headers they like, such as Authorization. Cookies are never asked for: latentd has none.
    """
    if not origins:
        return app
    made = Cors(app, origins, allow_methods=METHODS, allow_headers=("*",), expose_headers=EXPOSED)
    made.count = count
    return made
