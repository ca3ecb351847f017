"""The requests in what a client sends, one after the other."""

from __future__ import annotations

from typing import Any, Literal, Protocol
from urllib.parse import unquote

import httptools
from starlette.types import Scope

from latentd.http1.limits import AWAITED_BYTES, HEAD_SETTING
from latentd.http1.refusal import RefusedError

VERSIONS = ("1.1", "1.0")

HEADER_BYTES = 32
"""What a header counts for beside its name and value, as in HTTP/2 (RFC 9113, section 6.5.2): it takes memory, too."""

MANY_HEADERS = 64

Headers = list[tuple[bytes, bytes]]


class Listener(Protocol):
    """Who is told of the requests."""

    def on_request(self, scope: Scope, *, keep_alive: bool, is_long: bool, awaits_continue: bool) -> None:
        """A head has come. Of a long body no more than its beginning should be waited for."""

    def on_body(self, part: bytes) -> None:
        """A part of its body has come."""

    def on_end(self) -> None:
        """The whole request has come."""


class Reader:
    """Reads HTTP/1.1 (RFC 9112) and 1.0; llhttp takes the bytes apart, and this takes them for requests.

    `about` is what the ASGI scopes of a connection share; it has a root_path. A head is of `most_head_bytes` at most.
    """

    def __init__(self, listener: Listener, about: dict[str, Any], most_head_bytes: int) -> None:
        self._listener = listener
        self._about = about
        self._most_head_bytes = most_head_bytes
        self._parser: Any = httptools.HttpRequestParser(self)
        self.stage: Literal["", "head", "body"] = ""  # what is to come of the newest request
        self.came = 0  # bytes of this request since the data that it began in
        self._piece = 0  # bytes of the newest data
        self._barren = 0  # bytes since the last that were a part of a body, or the begin of a request

    def feed(self, data: bytes) -> None:
        """Tell the listener what is in `data`, as far as it can be told.

        Raises RefusedError where it is no HTTP/1.1, or a head is too large; nothing can be read after that.
        """
        self._piece = len(data)
        self.came += self._piece
        self._barren += self._piece
        try:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                self._ignore(upgrade, data)
        except httptools.HttpParserCallbackError as error:
            raise error.__context__ or error from None  # what a method below has raised
        except httptools.HttpParserError as error:
            raise RefusedError(400, str(error)) from None
        if self.stage and self._barren + HEADER_BYTES * len(self._headers) > self._most_head_bytes:
            raise self._too_large()

    def close(self) -> None:
        """Read no more. The parser refers to this object, and would keep it alive."""
        self._parser = None

    def _ignore(self, upgrade: httptools.HttpParserUpgrade | None, data: bytes | memoryview) -> None:
        """Read on as if no other protocol had been asked for (RFC 9110, section 7.8)."""
        while upgrade:
            data = memoryview(data)[upgrade.args[0] :]
            head = self._head_without_upgrade()
            self._parser = httptools.HttpRequestParser(self)
            self._parser.feed_data(head)
            try:
                upgrade = self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as another:
                upgrade = another

    def _head_without_upgrade(self) -> bytes:
        line = self._parser.get_method() + b" " + self._target + b" HTTP/" + self._parser.get_http_version().encode()
        headers = [name + b": " + value for name, value in self._headers if name != b"upgrade"]
        return b"\r\n".join([line, *headers, b"", b""])

    # What the parser tells.

    def on_message_begin(self) -> None:
        self.stage = "head"
        self.came = self._barren = 0
        self._target = b""
        self._headers: Headers = []

    def on_url(self, part: bytes) -> None:
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        headers, parser = self._headers, self._parser
        may_be_large = self.came or self._piece > self._most_head_bytes or len(headers) > MANY_HEADERS
        if may_be_large and self._size() > self._most_head_bytes:
            raise self._too_large()
        version = parser.get_http_version()
        named = dict(headers)
        _check(version, named, headers)
        if parser.should_upgrade():
            if parser.get_method() == b"CONNECT":
                raise RefusedError(400, "this is no proxy")
            return  # _ignore goes on
        self.stage = "body"
        self._headers = []  # of trailers, which nobody asks for
        is_new = version == "1.1"
        self._listener.on_request(
            self._scope(headers, version),
            keep_alive=is_new and parser.should_keep_alive(),
            is_long=int(named[b"content-length"]) > AWAITED_BYTES
            if b"content-length" in named
            else b"transfer-encoding" in named,
            awaits_continue=is_new and b"expect" in named and named[b"expect"].lower() == b"100-continue",
        )

    def on_body(self, part: bytes) -> None:
        self._barren = 0
        self._listener.on_body(part)

    def on_message_complete(self) -> None:
        if self.stage == "body":
            self.stage = ""
            self._listener.on_end()

    def _scope(self, headers: Headers, version: str) -> Scope:
        path, query = _split(self._target)
        about = self._about
        root: str = about["root_path"]
        return {
            **about,
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": version,
            "method": self._parser.get_method().decode("ascii"),
            "path": root + unquote(path.decode("utf-8", "replace")),
            "raw_path": root.encode("ascii") + path,
            "query_string": query,
            "headers": headers,
            "state": about["state"].copy(),
        }

    def _size(self) -> int:
        line = len(self._parser.get_method()) + len(self._target) + len(b"  HTTP/1.1\r\n\r\n")
        return line + sum(len(name) + len(value) + HEADER_BYTES for name, value in self._headers)

    def _too_large(self) -> RefusedError:
        limit = f"the limit of {self._most_head_bytes} bytes that {HEAD_SETTING} sets"
        if self.stage == "body":
            return RefusedError(400, f"a chunk's extension or the trailers are past {limit}")
        if len(self._target) > self._most_head_bytes:
            return RefusedError(414, f"the target is past {limit}")
        return RefusedError(431, f"the head is past {limit}")


def _check(version: str, named: dict[bytes, bytes], headers: Headers) -> None:
    """What llhttp lets through and RFC 9112 does not (sections 2.3, 3.2 and 6.1)."""
    if version not in VERSIONS:
        raise RefusedError(400, f"HTTP/1.1 is spoken here, not HTTP/{version}")
    if version == "1.1" and b"host" not in named:
        raise RefusedError(400, "there is no Host")
    if len(named) < len(headers) and sum(name == b"host" for name, _ in headers) > 1:
        raise RefusedError(400, "there is more than one Host")
    if b"transfer-encoding" in named:
        codings = [value.strip().lower() for name, value in headers if name == b"transfer-encoding"]
        if codings != [b"chunked"] or version != "1.1":
            raise RefusedError(400, "the one transfer coding that is read is chunked, in HTTP/1.1")


def _split(target: bytes) -> tuple[bytes, bytes]:
    """Path and query of a request's target, whose origin and fragment are no part of either (RFC 9112, section 3.2)."""
    if not target.startswith(b"/"):
        try:
            url = httptools.parse_url(target)
        except httptools.HttpParserInvalidURLError:
            raise RefusedError(400, "the target is neither a path nor a URL") from None
        return url.path or b"/", url.query or b""
    path, _, query = target.partition(b"#")[0].partition(b"?")
    return path, query
