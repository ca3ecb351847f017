"""ASGI apps of a few lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send


def by_path(apps: Mapping[str, ASGIApp]) -> ASGIApp:
    """An app for each path; for others, an echo. There may be more of them later."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await apps.get(scope["path"], echo)(scope, receive, send)

    return app


async def read_all(receive: Receive) -> bytes:
    """The whole body of a request. Raises ClientDisconnect, as Starlette does."""
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message["body"])
        more = message["more_body"]
    return b"".join(parts)


async def reply(send: Send, body: bytes, status: int = 200, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """Answer in one go."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Method, path and query, and the body."""
    body = await read_all(receive)
    said = f"{scope['method']} {scope['path']} {scope['query_string'].decode('latin-1')} ".encode()
    await reply(send, said + body)


async def digest(_scope: Scope, receive: Receive, send: Send) -> None:
    """What a body's digest is."""
    await reply(send, hashlib.sha256(await read_all(receive)).hexdigest().encode())


async def refuse(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Whatever is sent is too much."""
    await reply(send, b"too much", status=413)
