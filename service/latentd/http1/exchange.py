"""One request and its answer, as the app sees them: ASGI's scope, receive and send."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Scope

from latentd.http1.framing import Framing

logger = logging.getLogger(__name__)

JOINED_BYTES = 1 << 16
"""Bodies up to this size are written together with their head; it costs more to write twice than to copy them."""


class Line(Protocol):
    """What an exchange needs of its connection."""

    is_writable: bool
    """Does the client read as fast as the app writes?"""

    @property
    def default_headers(self) -> list[tuple[bytes, bytes]]:
        """What stands in every answer."""

    def write(self, data: bytes, *, more: bool) -> None:
        """Send it; at once where there is more to come, and else with what other exchanges have to send."""

    async def drained(self) -> None:
        """Wait until it is writable, or is no more."""

    def let_continue(self) -> None:
        """Tell the client to send the body that it has announced."""

    def read_on(self) -> None:
        """There is room for more of the body."""

    def is_done_with(self, exchange: Exchange) -> None:
        """The exchange has its answer."""

    def break_off(self) -> None:
        """Close at once: the client must not take half an answer for a whole one."""


class Exchange:
    """A request that comes in by parts, and an answer that goes out by parts."""

    __slots__ = (
        *("_body", "_framing", "_is_delivered", "_line", "_news", "_scope", "awaits_continue", "has_begun", "held"),
        *("is_answered", "is_early", "is_lost", "is_started", "is_whole", "keep_alive", "size"),
    )

    def __init__(self, line: Line, scope: Scope, *, keep_alive: bool, is_early: bool, awaits_continue: bool) -> None:
        self._line = line
        self._scope = scope
        self.keep_alive = keep_alive
        self._news: asyncio.Event | None = None  # for whoever waits in receive()
        # The request:
        self._body: list[bytes] = []
        self.size = 0  # of what the app has not taken yet
        self.held = 0  # of all that has come, counted as held
        self.is_early = is_early  # the app is asked before the body has come
        self.is_started = False  # the app has been asked, or will be in this turn
        self.is_whole = False  # all of the body has come
        self._is_delivered = False  # and the app has it
        self.is_lost = False  # the client is gone
        self.awaits_continue = awaits_continue  # the client sends no body until it is told to
        # The answer:
        self._framing: Framing | None = None
        self.has_begun = False  # the head has been sent; it is held back until there is a body
        self.is_answered = False

    @property
    def is_framed(self) -> bool:
        """Has the head of the answer been made, which says whether the connection ends with it?"""
        return self._framing is not None

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
        except ClientDisconnect:
            pass  # whoever reads a body with Starlette hears so that there is none
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
        self._framing, self.keep_alive = None, False
        await self.send({"type": "http.response.start", "status": 500, "headers": [(b"content-length", b"0")]})
        await self.send({"type": "http.response.body"})

    # What the app asks for.

    async def receive(self) -> Message:
        """What has come of the body since; after its end, word that the client is gone or answered."""
        if self.awaits_continue:
            self.awaits_continue = False
            if not (self.is_lost or self.is_whole or self.size):
                self._line.let_continue()
        while not self._has_news():
            self._news = self._news or asyncio.Event()
            self._news.clear()
            await self._news.wait()
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
        if not self._line.is_writable:
            await self._line.drained()
        if self.is_lost:
            return
        if self._framing is None:
            if message["type"] != "http.response.start":
                raise RuntimeError(f"expected http.response.start; got {message['type']}")
            self._framing = Framing(
                message["status"],
                (*self._line.default_headers, *message.get("headers", ())),
                wants_body=self._scope["method"] != "HEAD",
                knows_chunks=self._scope["http_version"] == "1.1",
                keep_alive=self.keep_alive and self.is_whole,  # what is left of a body would be read for nothing
            )
            self.keep_alive = self._framing.keep_alive
            return
        if message["type"] != "http.response.body" or self.is_answered:
            raise RuntimeError(f"expected http.response.body, and none after the last; got {message['type']}")
        more = message.get("more_body", False)
        self._write(self._framing, self._framing.part(message.get("body", b""), more=more), more=more)
        if not more:
            self._finish()

    # How that is done.

    def _has_news(self) -> bool:
        return self.is_lost or self.is_answered or (not self._is_delivered and (self.is_whole or bool(self._body)))

    def _wake(self) -> None:
        if self._news is not None:
            self._news.set()

    def _write(self, framing: Framing, data: bytes, *, more: bool) -> None:
        if not self.has_begun:
            self.has_begun, self.awaits_continue = True, False
            if len(data) <= JOINED_BYTES:
                data = framing.head + data
            else:
                self._line.write(framing.head, more=True)
        if data:
            self._line.write(data, more=more)

    def _finish(self) -> None:
        self.is_answered = True
        self._wake()
        self._line.is_done_with(self)
