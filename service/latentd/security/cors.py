"""CORS: which pages of other origins may ask (Fetch standard, https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

METHODS = ("GET", "HEAD", "POST")

EXPOSED = (
    *("ETag", "Retry-After", "X-Request-ID", "X-Latentd-Model", "X-Latentd-Version"),
    "Inference-Header-Content-Length",
)
"""What a page may read of an answer's headers, beside those that the standard lets through."""


def allow_origins(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """The app, open to pages of these origins; without any, the app itself, which pays nothing.

    Pages may send whatever headers they like, such as Authorization. Cookies are never asked for: latentd has none.
    """
    if not origins:
        return app
    return CORSMiddleware(app, origins, allow_methods=METHODS, allow_headers=("*",), expose_headers=EXPOSED)
