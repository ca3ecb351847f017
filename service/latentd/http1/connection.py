"""One client's connection: bytes in, requests to the app; answers back in the order of the requests."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any, cast
from urllib.parse import unquote

import httptools
from starlette.types import Scope
from uvicorn import Config
from uvicorn.server import ServerState

from latentd.http1.eager import run_eagerly
from latentd.http1.exchange import Exchange
from latentd.http1.turn import Turn

HIGH_WATER_BYTES = 1 << 20
"""Past so much of a body that the app has not taken, no more is read."""

AWAITED_BYTES = 1 << 18
"""A body up to this size is awaited before the app is asked: it then answers in one go."""

LINGER_SECONDS = 2.0
"""How long a client may go on sending a body that has been refused, so that it gets to read why."""

BAD_REQUEST = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: %d\r\n"
    b"connection: close\r\n\r\n%b"
)


class Connection(asyncio.Protocol):
    """HTTP/1.1 (RFC 9112) as uvicorn runs it: made for each connection, and told when to shut down.

    llhttp parses. The app's first step runs as soon as a request is there, in no task; see eager.py.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.loop = _loop or asyncio.get_running_loop()
        self._config = config
        self._server = server_state
        self._state = app_state
        self._app = config.loaded_app
        self._parser: Any = httptools.HttpRequestParser(self)
        self._queue: deque[Exchange] = deque()  # the first one is being answered
        self._newest: Exchange | None = None  # whose body is coming
        self._turn = Turn.of(self.loop)
        self._out: list[bytes] = []  # what the turn will write
        self._is_leaving = False
        self._quiet_since: float | None = None
        self._drained: asyncio.Future[None] | None = None

    @property
    def default_headers(self) -> list[tuple[bytes, bytes]]:
        """The date, and what else uvicorn puts on every answer."""
        return self._server.default_headers

    # What the transport tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._server.connections.add(self)  # type: ignore[arg-type]  # it is typed for uvicorn's own classes
        self._about = {
            "server": _address(transport.get_extra_info("sockname")),
            "client": _address(transport.get_extra_info("peername")),
            "scheme": "https" if transport.get_extra_info("sslcontext") else "http",
        }
        self._quiet_since = self.loop.time()
        self._timer = self.loop.call_later(self._config.timeout_keep_alive, self._end_if_quiet)

    def connection_lost(self, _error: Exception | None) -> None:
        self._server.connections.discard(self)
        self._is_leaving = True
        self._timer.cancel()
        for exchange in self._queue:
            exchange.lose()
        self._queue.clear()
        self._out.clear()
        self.resume_writing()
        self._parser = None  # it refers to this connection

    def data_received(self, data: bytes) -> None:
        if self._is_leaving:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._refuse("only HTTP/1.1 is spoken here")
        except httptools.HttpParserError as error:
            self._refuse(str(error))

    def eof_received(self) -> bool:
        """Stay for a client that has said all and waits for its answers; TLS knows no such half."""
        if not self._queue or not self._queue[-1].is_whole or self._about["scheme"] == "https":
            return False
        self._queue[-1].keep_alive = False
        return True

    def pause_writing(self) -> None:
        self._drained = self.loop.create_future()

    def resume_writing(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    def shutdown(self) -> None:
        """End it, once what has been asked is answered."""
        for exchange in self._queue:
            exchange.keep_alive = False
        if not self._queue:
            self._transport.close()

    # What the parser tells.

    def on_message_begin(self) -> None:
        self._quiet_since = None
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._awaits_continue = self._is_long = False

    def on_url(self, part: bytes) -> None:
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        self._headers.append((name, value))
        if name == b"content-length":
            self._is_long = int(value) > AWAITED_BYTES
        elif name == b"transfer-encoding":
            self._is_long = True
        elif name == b"expect":
            self._awaits_continue = value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        self._newest = None
        if self._is_leaving:
            return
        keep_alive = self._parser.should_keep_alive()
        exchange = Exchange(self, self._scope(), keep_alive=keep_alive, awaits_continue=self._awaits_continue)
        self._newest = exchange
        self._queue.append(exchange)
        if len(self._queue) > 1:
            self._transport.pause_reading()
        elif self._is_long or self._awaits_continue:
            self._start(exchange)

    def on_body(self, part: bytes) -> None:
        exchange = self._newest
        if exchange is None or exchange.is_answered:
            return
        exchange.feed(part)
        if exchange.size > HIGH_WATER_BYTES:
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        exchange = self._newest
        if exchange is None:
            return
        exchange.end()
        if self._queue and self._queue[0] is exchange and not exchange.is_started:
            self._start(exchange)

    def _scope(self) -> Scope:
        path, query = _split(self._target)
        root: str = self._config.root_path
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": self._parser.get_http_version(),
            "method": self._parser.get_method().decode("ascii"),
            "root_path": root,
            "path": root + unquote(path.decode("utf-8", "replace")),
            "raw_path": root.encode("ascii") + path,
            "query_string": query,
            "headers": self._headers,
            "state": self._state.copy(),
            **self._about,
        }

    # What an exchange asks for.

    def write(self, data: bytes, *, more: bool) -> None:
        self._out.append(data)
        if more:
            self._write_out()
        else:
            self._turn.write(self._write_out)

    def read_on(self) -> None:
        self._transport.resume_reading()

    async def drained(self) -> None:
        if self._drained is not None:
            await self._drained

    def is_done_with(self, exchange: Exchange) -> None:
        """Serve the next request of a client that did not wait for the answer; others come first."""
        self._server.total_requests += 1
        self._queue.popleft()
        if not exchange.keep_alive:
            self._leave(at_once=exchange.is_whole)
        elif self._queue:
            self._start_next()
        else:
            self._quiet_since = self.loop.time()
            self._transport.resume_reading()

    def break_off(self) -> None:
        self._transport.abort()

    def _start(self, exchange: Exchange) -> None:
        exchange.is_started = True
        self._turn.answer(lambda: run_eagerly(self.loop, exchange.run(self._app), self._server.tasks))

    def _start_next(self) -> None:
        exchange = self._queue[0]
        if exchange.is_whole or self._is_long or self._awaits_continue:
            self._start(exchange)

    def _write_out(self) -> None:
        if self._out:
            self._transport.write(b"".join(self._out))
            self._out.clear()

    # How it ends.

    def _refuse(self, reason: str) -> None:
        """Answer what is no HTTP/1.1, unless earlier answers are still to come; then the connection ends with them."""
        if self._is_leaving:
            return
        broken = self._queue.pop() if self._queue and not self._queue[-1].is_whole else None
        if broken is not None:
            broken.lose()
        if self._queue:
            self._queue[-1].keep_alive = False
            self._transport.pause_reading()
        elif broken is not None and broken.has_begun:
            self.break_off()
        else:
            problem = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": reason}
            body = json.dumps(problem).encode()
            self._out.append(BAD_REQUEST % (len(body), body))
            self._leave(at_once=False)

    def _leave(self, *, at_once: bool) -> None:
        """Close; not before a client that is still sending has had the time to read its answer (RFC 9112, 9.6)."""
        self._is_leaving = True
        self._queue.clear()
        self._write_out()
        if at_once:
            self._transport.close()
            return
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._timer.cancel()
        self._timer = self.loop.call_later(LINGER_SECONDS, self._transport.close)

    def _end_if_quiet(self) -> None:
        patience, since = self._config.timeout_keep_alive, self._quiet_since
        left = patience if since is None else since + patience - self.loop.time()
        if left > 0:
            self._timer = self.loop.call_later(left, self._end_if_quiet)
        else:
            self._transport.close()


def _address(name: Any) -> tuple[str, int] | None:
    """Host and port of a socket; a Unix socket has none."""
    return (str(name[0]), int(name[1])) if isinstance(name, tuple) else None


def _split(target: bytes) -> tuple[bytes, bytes]:
    """Path and query of a request's target, whose origin and fragment are no part of either (RFC 9112, section 3.2)."""
    if not target.startswith(b"/"):
        url = httptools.parse_url(target)
        return url.path or b"", url.query or b""
    path, _, query = target.partition(b"#")[0].partition(b"?")
    return path, query
