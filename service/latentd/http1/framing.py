"""The head of an answer, and how its body is framed (RFC 9112, section 6)."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

PHRASES = {status.value: status.phrase for status in HTTPStatus}
STATUS_LINES = {code: f"HTTP/1.1 {code} {PHRASES.get(code, '')}\r\n".encode() for code in range(100, 600)}

BODILESS = frozenset({204, 304})

Headers = Iterable[tuple[bytes, bytes]]


class Framing:
    """An answer's `head`, and what is to be sent for each part of its body.

    A body of no said length goes in chunks, or ends with the connection where the client knows no chunks. A HEAD
    request `wants_body` not. Names of headers are in lower case, as ASGI has them.
    """

    __slots__ = ("_is_chunked", "_left", "_wants_body", "head", "keep_alive")

    def __init__(
        self, status: int, headers: Headers, *, wants_body: bool, knows_chunks: bool, keep_alive: bool
    ) -> None:
        """Raises RuntimeError where a header could pass for several."""
        lines = [STATUS_LINES[status]]
        self._left: int | None = None  # how many bytes of the body are still to come, where that has been said
        says_close = False
        for name, value in headers:
            if name == b"transfer-encoding":
                continue  # whether there is one is said below
            lines += (name, b": ", value, b"\r\n")
            if name == b"content-length":
                self._left = int(value)
            elif name == b"connection" and value.lower() == b"close":
                says_close = True
        if status in BODILESS:
            self._left = 0
        self._wants_body = wants_body
        self._is_chunked = self._left is None and knows_chunks
        self.keep_alive = keep_alive and not says_close and (self._is_chunked or self._left is not None)
        if self._is_chunked:
            lines += (b"transfer-encoding", b": ", b"chunked", b"\r\n")
        if not (self.keep_alive or says_close):
            lines += (b"connection", b": ", b"close", b"\r\n")
        head = b"".join(lines)
        if not head.count(b"\n") == head.count(b"\r") == len(lines) // 4 + 1 or b"\0" in head:
            raise RuntimeError("a header of the answer holds a line break or a NUL")
        self.head = head + b"\r\n"

    def part(self, body: bytes, *, more: bool) -> bytes:
        """What is sent for a part of the body. Raises RuntimeError where it is not as long as it was said to be."""
        if not self._wants_body:
            return b""
        if self._is_chunked:
            return (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (b"" if more else b"0\r\n\r\n")
        if self._left is not None:
            self._left -= len(body)
            if self._left < 0 or (self._left and not more):
                raise RuntimeError("the answer is not as long as its Content-Length says")
        return body
