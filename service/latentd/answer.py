"""An HTTP answer that is complete: written with two ASGI messages and nothing around them."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

Headers = tuple[tuple[bytes, bytes], ...]

VARY = (b"vary", b"Accept")
"""The header of an answer that would be another one with another Accept."""


@dataclass(slots=True)  # frozen ones take three times as long to make
class Answer:
    """A body with its media type, a status, and further headers. It is an ASGI app that gives itself."""

    body: bytes
    media_type: str
    status: int = 200
    headers: Headers = ()

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [*self._about_body(), *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})

    def _about_body(self) -> Headers:
        """Nothing for a 304: it has no body, and what it says of one is said of the 200's (RFC 9110, section 8.6)."""
        if self.status == 304:
            return ()
        length = b"%d" % len(self.body)
        return ((b"content-type", self.media_type.encode("latin-1")), (b"content-length", length))
