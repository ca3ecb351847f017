"""One request and its answer, as the app sees them: ASGI's scope, receive and send."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Protocol

from starlette.types import ASGIApp, Message, Scope

logger = logging.getLogger(__name__)

STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
JOINED_BYTES = 1 << 16
"""Bodies up to this size are written together with their head; it costs more to write twice than to copy them."""

BODILESS = frozenset({204, 304})

Headers = Iterable[tuple[bytes, bytes]]


class Line(Protocol):
    """What an exchange needs of its connection."""

    loop: asyncio.AbstractEventLoop

    @property
    def default_headers(self) -> list[tuple[bytes, bytes]]:
        """What stands in every answer."""

    def write(self, data: bytes, *, more: bool) -> None:
        """Send it; at once where there is more to come, and else with what other exchanges have to send."""

    def read_on(self) -> None:
        """There is room for more of the body."""

    async def drained(self) -> None:
        """Wait for a client that reads more slowly than the app writes."""

    def is_done_with(self, exchange: Exchange) -> None:
        """The exchange has its answer."""

    def break_off(self) -> None:
        """Close at once: the client must not take half an answer for a whole one."""


class Exchange:
    """A request that comes in by parts, and an answer that goes out by parts."""

    __slots__ = (
        *("_awaits_continue", "_body", "_head", "_is_delivered", "_left", "_line", "_scope", "_waiter"),
        *("has_begun", "is_answered", "is_lost", "is_started", "is_whole", "keep_alive", "size"),
    )

    def __init__(self, line: Line, scope: Scope, *, keep_alive: bool, awaits_continue: bool) -> None:
        self._line = line
        self._scope = scope
        self.keep_alive = keep_alive
        self._awaits_continue = awaits_continue
        self._waiter: asyncio.Future[None] | None = None
        # The request:
        self._body: list[bytes] = []
        self.size = 0  # of what the app has not taken yet
        self.is_started = False  # the app has been asked
        self.is_whole = False  # all of the body has come
        self._is_delivered = False  # and the app has it
        self.is_lost = False  # the client is gone
        # The answer:
        self._head: bytes | None = None  # held back until there is a body
        self.has_begun = False  # the head has been sent
        self._left: int | None = None  # how many bytes of the body are still to come; None: it goes in chunks
        self.is_answered = False

    # What the connection tells.

    def feed(self, part: bytes) -> None:
        """A part of the body has come."""
        self._body.append(part)
        self.size += len(part)
        self._wake()

    def end(self) -> None:
        """The whole body has come."""
        self.is_whole = True
        self._wake()

    def lose(self) -> None:
        """The client is gone."""
        self.is_lost = True
        self._wake()

    async def run(self, app: ASGIApp) -> None:
        """Let the app answer. Where it does not, the client gets a 500, or half an answer and the end."""
        if self.is_lost:
            return
        try:
            await app(self._scope, self.receive, self.send)
        except Exception:
            logger.exception("exception in the app, %s %s", self._scope["method"], self._scope["path"])
        finally:
            if not (self.is_answered or self.is_lost):
                await self._fail()

    async def _fail(self) -> None:
        logger.error("unfinished: %s %s", self._scope["method"], self._scope["path"])
        if self.has_begun:
            self._line.break_off()
            return
        self._head, self.keep_alive = None, False
        await self.send({"type": "http.response.start", "status": 500, "headers": [(b"content-length", b"0")]})
        await self.send({"type": "http.response.body"})

    # What the app asks for.

    async def receive(self) -> Message:
        """What has come of the body since; after its end, word that the client is gone or answered."""
        if self._awaits_continue:
            self._awaits_continue = False
            self._line.write(b"HTTP/1.1 100 Continue\r\n\r\n", more=True)
        while not self._has_news():
            self._waiter = self._line.loop.create_future()
            await self._waiter
        if self.is_lost or self.is_answered:
            return {"type": "http.disconnect"}
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        self._body.clear()
        self.size = 0
        if self.is_whole:
            self._is_delivered = True
        else:
            self._line.read_on()
        return {"type": "http.request", "body": body, "more_body": not self.is_whole}

    async def send(self, message: Message) -> None:
        """Take the head of an answer, then its body by parts. The head goes out with the first of them."""
        if self.is_lost:
            return
        if self._head is None and not self.has_begun:
            if message["type"] != "http.response.start":
                raise RuntimeError(f"expected http.response.start; got {message['type']}")
            self._head = self._compose(message["status"], message.get("headers", ()))
            return
        if message["type"] != "http.response.body" or self.is_answered:
            raise RuntimeError(f"expected http.response.body, and none after the last; got {message['type']}")
        more = message.get("more_body", False)
        self._write(self._framed(message.get("body", b""), more=more), more=more)
        if more:
            await self._line.drained()
        else:
            self._finish()

    # How that is done.

    def _has_news(self) -> bool:
        return self.is_lost or self.is_answered or (not self._is_delivered and (self.is_whole or bool(self._body)))

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _compose(self, status: int, headers: Headers) -> bytes:
        """The head of the answer; how its body is framed follows from it (RFC 9112, section 6.3)."""
        if not self.is_whole:
            self.keep_alive = False  # what is left of the body would be read for nothing
        lines = [STATUS_LINES[status]]
        says_close, self._left = False, None
        for name, value in (*self._line.default_headers, *headers):
            lines += (name, b": ", value, b"\r\n")
            if name == b"content-length":
                self._left = int(value)
            elif name == b"connection" and value.lower() == b"close":
                says_close, self.keep_alive = True, False
        if status in BODILESS:
            self._left = 0
        elif self._left is None:
            lines += (b"transfer-encoding", b": ", b"chunked", b"\r\n")
        if not self.keep_alive and not says_close:
            lines += (b"connection", b": ", b"close", b"\r\n")
        head = b"".join(lines)
        if head.count(b"\n") != len(lines) // 4 + 1:
            raise RuntimeError("a header of the answer holds a line break")
        return head + b"\r\n"

    def _framed(self, body: bytes, *, more: bool) -> bytes:
        if self._scope["method"] == "HEAD":
            self._left = 0
            return b""
        if self._left is None:
            return (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (b"" if more else b"0\r\n\r\n")
        self._left -= len(body)
        if self._left < 0 or (self._left and not more):
            raise RuntimeError("the answer is not as long as its Content-Length says")
        return body

    def _write(self, data: bytes, *, more: bool) -> None:
        if self._head is not None:
            head, self._head, self.has_begun = self._head, None, True
            if len(data) <= JOINED_BYTES:
                data = head + data
            else:
                self._line.write(head, more=True)
        if data:
            self._line.write(data, more=more)

    def _finish(self) -> None:
        self.is_answered = True
        self._wake()
        self._line.is_done_with(self)
