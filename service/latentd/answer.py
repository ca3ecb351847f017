"""An HTTP answer that is complete: written with two ASGI messages and nothing around them."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A body with its media type, a status, and further headers. It is an ASGI app that gives itself."""

    body: bytes
    media_type: str
    status: int = 200
    headers: Headers = ()

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [
            (b"content-type", self.media_type.encode("latin-1")),
            (b"content-length", str(len(self.body)).encode("latin-1")),
            *self.headers,
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})
