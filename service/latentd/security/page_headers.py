"""What browsers are told about pages: to run nothing from elsewhere, and to let nobody put them in a frame."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ]
)
"""The Content-Security-Policy of a page that has none of its own: nothing inline, nothing from elsewhere."""

DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
"""That of an SVG, which may come out of a bundle: opened by itself it is a document, and could hold a script."""

_POLICIES = {"text/html": PAGE_POLICY, "image/svg+xml": DRAWING_POLICY}


def with_page_headers(app: ASGIApp) -> ASGIApp:
    """The app, whose answers are what their Content-Type says, and whose pages and drawings have a policy."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_to(MutableHeaders(raw=message["headers"]))
            await send(message)

        await app(scope, receive, send_with_headers)

    return answer


def _add_to(headers: MutableHeaders) -> None:
    headers.setdefault("x-content-type-options", "nosniff")
    headers.setdefault("referrer-policy", "no-referrer")
    policy = _POLICIES.get(headers.get("content-type", "").partition(";")[0])
    if policy:
        headers.setdefault("content-security-policy", policy)
