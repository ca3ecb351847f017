"""Our HTTP/1.1 under uvicorn in a thread, and clients that say just what a test has them say."""

from __future__ import annotations

import logging
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPResponse
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from latentd.http1.connection import Connection
from latentd.http1.limits import Limits
from latentd.http1.room import Room
from servers import PATIENCE

LOGGERS = ("latentd.http1", "uvicorn.error", "asyncio")


@dataclass
class Answer:
    """A whole answer, as the standard library reads it."""

    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """A socket, and answers out of it."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        self.socket = connection
        self._stream = connection.makefile("rb")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, *parts: bytes) -> None:
        for part in parts:
            self.socket.sendall(part)

    def answer(self, method: str = "GET") -> Answer:
        """The next answer, to a request of this method. Interim answers are passed over."""
        response = HTTPResponse(cast("socket.socket", _Lent(self._stream)), method=method)
        response.begin()
        body = response.read()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)

    def ask(self, request: bytes, method: str = "GET") -> Answer:
        self.send(request)
        return self.answer(method)

    def line(self) -> bytes:
        """The next line, whatever it is."""
        return self._stream.readline()

    def take(self, size: int) -> bytes:
        """The next so many bytes, fewer at the end."""
        return self._stream.read(size)

    def rest(self) -> bytes:
        """All that comes until the server closes."""
        return self._stream.read()

    def has_something(self) -> bool:
        """Is there something to read, be it the end?"""
        return bool(select.select([self.socket], [], [], 0)[0])

    def is_ended(self) -> bool:
        """Wait for the server to close, having said no more, or having forgotten the connection."""
        try:
            return self._stream.read(1) == b""
        except ConnectionResetError:
            return True

    def end(self) -> None:
        """Say that nothing more will be said."""
        self.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._stream.close()
        self.socket.close()


class _Lent:
    """A stream for one answer, which does not close it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def makefile(self, *_: Any) -> _Lent:
        return self

    def close(self) -> None:
        """Others go on reading."""


@dataclass
class Listening:
    """A server in a thread: where it is, and what it has complained of."""

    server: uvicorn.Server
    address: Any
    family: socket.AddressFamily
    complaints: list[logging.LogRecord] = field(default_factory=list)

    context: ssl.SSLContext | None = None  # where it is encrypted

    def connect(self) -> Client:
        connection = socket.socket(self.family)
        connection.connect(self.address)
        return Client(self.context.wrap_socket(connection, server_hostname="localhost") if self.context else connection)

    def ask(self, request: bytes, method: str = "GET") -> Answer:
        """One request on a connection of its own."""
        with self.connect() as client:
            return client.ask(request, method)

    def connections(self) -> int:
        return len(self.server.server_state.connections)

    def take_complaints(self) -> list[str]:
        """What has been logged as a warning or worse; it is as expected, and forgotten."""
        complaints = [record.getMessage() for record in self.complaints]
        self.complaints.clear()
        return complaints


@contextmanager
def listening(
    app: ASGIApp, *, limits: Limits | None = None, room: Room | None = None, **options: Any
) -> Iterator[Listening]:
    """`app` under uvicorn with our Connection. It must end when told to, and log nothing unexpected."""
    protocol = partial(Connection, limits=limits or Limits(), room=room)
    given = {"lifespan": "off", "log_config": None, "loop": "uvloop", "access_log": False, "server_header": False}
    server = uvicorn.Server(uvicorn.Config(app, http=cast("Any", protocol), **{**given, **options}))
    bound = None if "uds" in options else socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound] if bound else None})
    family = bound.family if bound else socket.AF_UNIX
    running = Listening(server, bound.getsockname() if bound else options["uds"], family)
    with _noting(running.complaints):
        thread.start()
        try:
            wait_until(lambda: bool(server.server_state.default_headers) or not thread.is_alive())
            yield running
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
    assert not thread.is_alive(), "the server has not ended"
    assert not running.complaints, running.take_complaints()


class _Notes(logging.Handler):
    """Keeps records in a list."""

    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.WARNING)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


@contextmanager
def _noting(records: list[logging.LogRecord]) -> Iterator[None]:
    handler = _Notes(records)
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return as soon as it is so; fail if it never is."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it has not come to pass"
        time.sleep(0.002)


def request(line: str = "GET /", *headers: str, body: bytes | None = None) -> bytes:
    """A request with a Host, and where it has a body that is not None, with its length."""
    length = () if body is None else (f"Content-Length: {len(body)}",)
    return "\r\n".join([f"{line} HTTP/1.1", "Host: test", *headers, *length, "", ""]).encode() + (body or b"")


def chunked(*parts: bytes) -> bytes:
    """A body in these chunks."""
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
