"""One client's connection: bytes in, requests to the app; answers back in the order of the requests."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from math import inf
from typing import Any, cast

from starlette.types import Scope
from uvicorn import Config
from uvicorn.server import ServerState

from latentd.http1.channel import Channel, Patience
from latentd.http1.eager import run_eagerly
from latentd.http1.ends import facts_of
from latentd.http1.exchange import Exchange
from latentd.http1.limits import HIGH_WATER_BYTES, LINGER_SECONDS, Limits
from latentd.http1.reader import Reader
from latentd.http1.refusal import RefusedError
from latentd.http1.room import HURRY, SPARE, Room
from latentd.http1.turn import SCOPE_KEY

LIMITS = Limits()

MANY_REQUESTS = 16
"""So many may wait behind each other on a connection before they are counted."""

OnRefusal = Callable[[RefusedError, tuple[str, int | None] | None], None]
"""Told of a refusal that is answered here, and of the client's address: the app has never heard of it."""


class Connection(Channel):
    """HTTP/1.1 (RFC 9112) as uvicorn runs it: made for each connection, and told when to shut down.

    The app's first step runs as soon as all that has arrived has been read, in no task; see turn.py and eager.py.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: Limits = LIMITS,
        room: Room | None = None,
        on_refusal: OnRefusal | None = None,
    ) -> None:
        super().__init__(_loop or asyncio.get_running_loop(), limits, config.timeout_keep_alive)
        self._room = room or Room()
        self._on_refusal = on_refusal
        self.held = 0  # bytes of answers that it has not taken; each exchange has those of its body
        self._config = config
        self._server = server_state
        self._state = app_state
        self._app = config.loaded_app
        self._queue: deque[Exchange] = deque()  # the first one is being answered
        self._newest: Exchange | None = None  # whose body is coming
        self._counted = 0  # bytes of it for which the client has been given more time
        self._is_retired = False

    @property
    def default_headers(self) -> list[tuple[bytes, bytes]]:
        """The date, and what else uvicorn puts on every answer."""
        return self._server.default_headers

    # What the transport tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._is_encrypted = bool(transport.get_extra_info("sslcontext"))
        self._server.connections.add(self)  # type: ignore[arg-type]  # it is typed for uvicorn's own classes
        about = {
            **facts_of(transport),
            "root_path": self._config.root_path,
            "state": self._state,
            SCOPE_KEY: self._turn,
        }
        self._reader = Reader(self, about, self._limits.head_bytes)
        if len(self._server.connections) > self._room.most_connections:
            self._make_room()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._server.connections.discard(self)
        for exchange in self._queue:
            exchange.lose()
        self._drop_queue()
        self._reader.close()
        self._room.let_go(self)

    def data_received(self, data: bytes) -> None:
        if self.is_leaving:
            return
        try:
            self._reader.feed(data)
            if self._reader.stage == "body" and self._newest is not None:
                self._room.hold_part(self._newest, len(data))
        except RefusedError as refusal:
            self._refuse(refusal)
        if self._reader.stage and not self._reader.came:  # it has begun in this data, and not ended
            self.since, self._counted = self._loop.time(), 0
        if self._is_retired:
            self._mark_last()

    def eof_received(self) -> bool:
        """Stay for a client that has said all and waits for its answers; TLS knows no such half."""
        self._drop_unfinished()
        if not self._queue or self._is_encrypted:
            return False
        self._queue[-1].keep_alive = False
        return True

    def pause_writing(self) -> None:
        super().pause_writing()
        self._room.hold(self, self._transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        super().resume_writing()
        self._room.let_go(self)
        self._start_next()
        self.read_on()

    @property
    def is_idle(self) -> bool:
        """Is nothing asked, and nothing on its way in either direction?"""
        return not (self._queue or self._reader.stage or self.is_leaving or self._transport.get_write_buffer_size())

    def close(self) -> None:
        """End it, where it is idle; with TLS the client is not waited for, which is to say that it ends, too."""
        self._leave(at_once=True)
        if self._is_encrypted:
            self._loop.call_later(LINGER_SECONDS, self.break_off)

    def retire(self) -> None:
        """End it with the next answer that can still say so."""
        self._is_retired = True
        self._mark_last()

    def shutdown(self) -> None:
        """End it, once what has been asked is answered."""
        self._is_retired = True
        if self._queue:
            self._queue[-1].keep_alive = False
        elif self.is_idle:
            self.close()
        elif not self.is_leaving:
            self._leave(at_once=True)

    # What the reader tells.

    def on_request(self, scope: Scope, *, keep_alive: bool, is_long: bool, awaits_continue: bool) -> None:
        is_early = is_long or awaits_continue
        exchange = Exchange(self, scope, keep_alive=keep_alive, is_early=is_early, awaits_continue=awaits_continue)
        if len(self._queue) > MANY_REQUESTS:
            self._room.hold_request(exchange)
        self._newest = exchange
        self._queue.append(exchange)
        if len(self._queue) > 1 or not self.is_writable:
            self._pause()
        if is_early:
            self._start_next()

    def on_body(self, part: bytes) -> None:
        exchange = self._newest
        if exchange is None or exchange.is_answered:
            return
        exchange.feed(part)
        if exchange.size > HIGH_WATER_BYTES:
            self._pause()

    def on_end(self) -> None:
        if self._newest is not None:
            self._newest.end()
            self._start_next()

    # What an exchange asks for.

    def let_continue(self) -> None:
        self.since = self._loop.time()
        self.write(b"HTTP/1.1 100 Continue\r\n\r\n", more=True)

    def read_on(self) -> None:
        first = self._queue[0] if self._queue else None
        has_room = first is None or (not first.is_whole and first.size <= HIGH_WATER_BYTES)
        if has_room and self.is_writable:
            self._resume()

    def is_done_with(self, exchange: Exchange) -> None:
        """Serve the next request of a client that did not wait for the answer; others come first."""
        self._server.total_requests += 1
        self._queue.popleft()
        if exchange.held:
            self._room.let_go(exchange)
        if not exchange.keep_alive:
            self._drop_queue()
            self._leave(at_once=exchange.is_whole and self._is_reading)
            return
        self.since = self._loop.time()
        if self._queue:
            self._start_next()
        if not self._is_reading:
            self.read_on()

    # How that is done.

    def _start_next(self) -> None:
        """Let the app answer the first request, if what it is to wait for is there, and the client reads."""
        if not (self._queue and self.is_writable):
            return
        exchange = self._queue[0]
        if not exchange.is_started and (exchange.is_whole or exchange.is_early):
            exchange.is_started = True
            self._turn.answer(lambda: run_eagerly(self._loop, exchange.run(self._app), self._server.tasks))

    def _make_room(self) -> None:
        others = (other for other in self._server.connections if other is not self)
        try:
            self._room.make_room(cast("Iterator[Connection]", others), self._loop.time())
        except RefusedError as refusal:
            if len(self._server.connections) > self._room.most_connections + SPARE:
                self.break_off()
            else:
                self._refuse(refusal)

    def _mark_last(self) -> None:
        """Of requests that came together all are answered; the last answer says that it is the last."""
        if self._queue and not self._queue[-1].is_framed:
            self._queue[-1].keep_alive = False

    def _refuse(self, refusal: RefusedError) -> None:
        """Answer what is no request, unless earlier answers are still to come; then the connection ends with them."""
        broken = self._drop_unfinished()
        if self._queue:
            self._queue[-1].keep_alive = False
            self._pause()
        elif broken is not None and broken.has_begun:
            self.break_off()
        else:
            if self._on_refusal is not None:
                self._on_refusal(refusal, facts_of(self._transport)["client"])
            self._out.append(refusal.answer(self.default_headers))
            self._leave(at_once=False)

    def _drop_unfinished(self) -> Exchange | None:
        """Give up the request whose body is coming, if there is one: it will never be whole."""
        if not self._queue or self._queue[-1].is_whole:
            return None
        unfinished = self._queue.pop()
        unfinished.lose()
        self._room.let_go(unfinished)
        return unfinished

    def _drop_queue(self) -> None:
        for exchange in self._queue:
            self._room.let_go(exchange)
        self._queue.clear()

    def _patience(self) -> Patience:
        if self._is_reading and self._reader.stage == "head":
            return self._limits.head_seconds, lambda: self._refuse(RefusedError(408, "the head did not come in time"))
        if self._is_reading and self._reader.stage == "body" and not (self._newest and self._newest.awaits_continue):
            return self._limits.body_seconds, self._check_pace
        if self._queue:
            return inf, self.break_off  # it is the app's turn
        return self._config.timeout_keep_alive, self.close

    @property
    def _least_bytes(self) -> float:
        return super()._least_bytes * (HURRY if self._room.is_full else 1)

    def _check_pace(self) -> None:
        """Refuse a body that is not here in its time, unless enough came meanwhile and more may come."""
        came = self._reader.came - self._counted
        if self._is_retired or came < self._least_bytes:
            self._refuse(RefusedError(408, "the body did not come in time"))
        else:
            self.since, self._counted = self._loop.time(), self._reader.came
