"""What a request is answered that never gets to the app."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus


class RefusedError(Exception):
    """What a client has sent is no HTTP/1.1, or more than is allowed, or came too slowly."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = HTTPStatus(status)
        super().__init__(reason)

    def answer(self, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
        """The whole answer, a problem of no further type (RFC 9457, section 4.2.1); the connection ends with it."""
        phrase = self.status.phrase
        problem = {"type": "about:blank", "title": phrase, "status": self.status, "detail": str(self)}
        body = json.dumps(problem).encode()
        lines = [
            f"HTTP/1.1 {self.status.value} {phrase}".encode(),
            *(name + b": " + value for name, value in headers),
            b"content-type: application/problem+json",
            b"content-length: %d" % len(body),
            b"connection: close",
        ]
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            lines.append(b"retry-after: 1")
        return b"\r\n".join(lines) + b"\r\n\r\n" + body
