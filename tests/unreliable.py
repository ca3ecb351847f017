"""A server that misbehaves as it is told to, and then hands requests on to a good one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

import httpx

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date"}


@dataclass(frozen=True)
class Reply:
    """An answer that is given instead of the good server's."""

    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"


@dataclass(frozen=True)
class Drop:
    """The connection is closed: before anything is answered, or after so many bytes of the answer."""

    after: int = 0


@dataclass(frozen=True)
class Seen:
    """A request that came: when, and what it was."""

    time: float
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Unreliable:
    """Where it listens, what it has seen, and what it will do to the next requests whose path begins so."""

    url: str = ""
    behind: str = ""
    seen: list[Seen] = field(default_factory=list)
    script: list[tuple[str, Reply | Drop]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_for(self, path: str) -> Reply | Drop | None:
        with self.lock:
            for index, (beginning, act) in enumerate(self.script):
                if path.startswith(beginning):
                    del self.script[index]
                    return act
        return None

    def paths(self) -> list[str]:
        return [each.path.partition("?")[0] for each in self.seen]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Listener

    def do_GET(self) -> None:
        state = self.server.state
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        state.seen.append(Seen(monotonic(), self.command, self.path, dict(self.headers.items()), body))
        match state.next_for(self.path):
            case Reply(status, headers, content):
                self._answer(status, {"Content-Type": "application/json", **headers}, content)
            case Drop(after):
                self._drop(after)
            case _:
                self._hand_on(body)

    do_POST = do_GET  # noqa: N815 - the same

    def _hand_on(self, body: bytes) -> None:
        others = {name: value for name, value in self.headers.items() if name.lower() not in {*HOP, "host"}}
        answer = httpx.request(
            self.command, self.server.state.behind + self.path, headers=others, content=body, verify=False
        )
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
        self._answer(answer.status_code, kept, answer.content)

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _drop(self, after: int) -> None:
        if after:
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"[:after]
            )
            self.wfile.write(bytes(max(0, after - 80)))
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""


class Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, state: Unreliable) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.state = state


@contextmanager
def unreliable(behind: str = "") -> Iterator[Unreliable]:
    """Such a server, in front of the one at `behind`."""
    state = Unreliable(behind=behind)
    with Listener(state) as listener:
        state.url = f"http://127.0.0.1:{listener.server_port}"
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield state
        finally:
            listener.shutdown()
            thread.join()
