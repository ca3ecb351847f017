"""The reader: which requests there are in bytes, and what is none."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Scope

from latentd.http1.limits import AWAITED_BYTES
from latentd.http1.reader import HEADER_BYTES, MANY_HEADERS, Reader
from latentd.http1.refusal import RefusedError

MOST_HEAD_BYTES = 1000


class Notes:
    """A listener that keeps what it is told, bodies as a whole."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.told: list[dict[str, bool]] = []
        self.bodies: list[bytes] = []
        self.ended = 0

    def on_request(self, scope: Scope, *, keep_alive: bool, is_long: bool, awaits_continue: bool) -> None:
        self.scopes.append(scope)
        self.told.append({"keep_alive": keep_alive, "is_long": is_long, "awaits_continue": awaits_continue})
        self.bodies.append(b"")

    def on_body(self, part: bytes) -> None:
        self.bodies[-1] += part

    def on_end(self) -> None:
        self.ended += 1


def read(*parts: bytes, root: str = "") -> Notes:
    notes = Notes()
    about = {"root_path": root, "state": {}, "server": ("a", 1), "client": ("b", 2), "scheme": "http"}
    reader = Reader(notes, about, MOST_HEAD_BYTES)
    for part in parts:
        reader.feed(part)
    return notes


def head(line: str = "GET / HTTP/1.1", *headers: str) -> bytes:
    return "\r\n".join([line, "Host: x", *headers, "", ""]).encode("latin-1")


def scope_of(line: str, *headers: str, root: str = "") -> Scope:
    notes = read(head(line, *headers), root=root)
    assert notes.ended == 1
    return notes.scopes[0]


def test_a_request_is_an_asgi_scope() -> None:
    scope = scope_of("GET /a%20b/%C3%BC?c=%20&d HTTP/1.1", "X-Name: Value", "x-name: again")
    assert scope == {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/a b/ü",
        "raw_path": b"/a%20b/%C3%BC",
        "query_string": b"c=%20&d",
        "root_path": "",
        "headers": [(b"host", b"x"), (b"x-name", b"Value"), (b"x-name", b"again")],
        "server": ("a", 1),
        "client": ("b", 2),
        "state": {},
    }


def test_a_root_path_stands_before_the_paths() -> None:
    scope = scope_of("GET /a HTTP/1.1", root="/root")
    assert (scope["root_path"], scope["path"], scope["raw_path"]) == ("/root", "/root/a", b"/root/a")


def test_requests_share_no_state() -> None:
    one, other = read(head(), head()).scopes
    assert one["state"] is not other["state"]
    assert one["headers"] is not other["headers"]


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        *[("/", "/", b""), ("/?", "/", b""), ("/?a?b", "/", b"a?b"), ("//a//b", "//a//b", b"")],
        *[("/a#b?c", "/a", b""), ("/a?b#c", "/a", b"b"), ("/%", "/%", b""), ("/%zz", "/%zz", b"")],
        *[("/%ff", "/\ufffd", b""), ("/%00", "/\0", b""), ("/?%ff", "/", b"%ff"), ("/%2e/", "/./", b"")],
        *[("http://host:80/a?b", "/a", b"b"), ("http://host", "/", b""), ("http://host?a", "/", b"a")],
        *[("HTTPS://u@host/%20", "/ ", b""), ("*", "*", b"")],
    ],
)
def test_targets_have_a_path_and_a_query(target: str, path: str, query: bytes) -> None:
    scope = scope_of(f"GET {target} HTTP/1.1")
    assert (scope["path"], scope["query_string"]) == (path, query)


CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
REQUESTS = [
    head(),
    head("POST /one?two HTTP/1.1", "Content-Length: 11") + b"hello\r\nbody",
    CHUNKED + b"5\r\nhello\r\n6;name=value;other\r\n world\r\n0\r\nContent-Type: trailer\r\nX-More: b\r\n\r\n",
    head("POST / HTTP/1.1", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "Content-Length: 3") + b"abc",
    CHUNKED.replace(b"Host", b"Upgrade: websocket\r\nConnection: upgrade\r\nhost") + b"a\r\n0123456789\r\n0\r\n\r\n",
    head("HEAD http://x/ HTTP/1.1", "Expect: 100-continue", "Content-Length: 0"),
    head("GET /last HTTP/1.1", "Accept: a", "Accept: b"),
]
BODIES = [b"", b"hello\r\nbody", b"hello world", b"abc", b"0123456789", b"", b""]


def test_requests_follow_each_other() -> None:
    notes = read(b"".join(REQUESTS))
    assert notes.bodies == BODIES
    assert notes.ended == len(REQUESTS)


@given(st.data())
def test_it_makes_no_difference_where_the_bytes_are_parted(data: st.DataObject) -> None:
    whole = b"".join(REQUESTS)
    cuts = data.draw(st.lists(st.integers(1, len(whole) - 1), unique=True, max_size=40).map(sorted))
    notes = read(*(whole[start:end] for start, end in pairwise([0, *cuts, len(whole)])))
    expected = read(whole)
    assert vars(notes) == vars(expected)


def test_bytes_may_come_one_by_one() -> None:
    whole = b"".join(REQUESTS)
    assert vars(read(*(whole[index : index + 1] for index in range(len(whole))))) == vars(read(whole))


def test_trailers_are_no_headers() -> None:
    notes = read(REQUESTS[2])
    assert notes.scopes[0]["headers"] == [(b"host", b"x"), (b"transfer-encoding", b"chunked")]


def test_an_upgrade_is_ignored_and_what_was_asked_for_is_not() -> None:
    notes = read(REQUESTS[3] * 2000 + REQUESTS[0])
    assert notes.bodies == [b"abc"] * 2000 + [b""]
    names = [name for name, _ in notes.scopes[0]["headers"]]
    assert names == [b"host", b"connection", b"content-length"]


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ([], {"keep_alive": True}),
        (["Connection: close"], {}),
        (["Content-Length: 0"], {"keep_alive": True}),
        ([f"Content-Length: {AWAITED_BYTES}"], {"keep_alive": True}),
        ([f"Content-Length: {AWAITED_BYTES + 1}"], {"keep_alive": True, "is_long": True}),
        (["Content-Length: 18446744073709551615"], {"keep_alive": True, "is_long": True}),
        (["Transfer-Encoding: Chunked"], {"keep_alive": True, "is_long": True}),
        (["Expect: 100-Continue", "Content-Length: 5"], {"keep_alive": True, "awaits_continue": True}),
        (["Expect: wonders"], {"keep_alive": True}),
    ],
)
def test_heads_tell_what_follows(headers: list[str], told: dict[str, bool]) -> None:
    notes = read(head("POST / HTTP/1.1", *headers))
    assert notes.told == [{"keep_alive": False, "is_long": False, "awaits_continue": False, **told}]


def test_http_1_0_keeps_nothing_alive_and_awaits_nothing() -> None:
    notes = read(b"POST / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab")
    assert notes.told == [{"keep_alive": False, "is_long": False, "awaits_continue": False}]
    assert notes.scopes[0]["http_version"] == "1.0"
    assert notes.bodies == [b"ab"]


REFUSED = [
    *[b"\x16\x03\x01\x02\x00\x01\xfc", b"nonsense\r\n\r\n", b"GET\r\n\r\n", b"GET /\r\n\r\n", b"\0" * 10],
    b"GET / HTTP/1.1\n\n",
    *[head(f"GET / HTTP/{version}") for version in ("0.9", "1.2", "2.0", "3.0", "9", "x")],
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    head("CONNECT host:443 HTTP/1.1"),
    *[head(f"{method} / HTTP/1.1") for method in ("get", "ABSURD", "G\0T", "PRI", "X" * 500)],
    *[head(f"GET {target} HTTP/1.1") for target in ("", "a", "?a", "/a b", "/\0", "/\xff", "/\t", "http://", "b:80")],
    *[head("GET / HTTP/1.1", header) for header in ("A: b\0", "A : b", "A\0: b", " A: b", "A", ": b", "A: b\r\n c")],
    head("GET / HTTP/1.1", "Host: y"),
    b"GET / HTTP/1.1\r\n\r\n",
    *[head("POST / HTTP/1.1", f"Content-Length: {text}") for text in ("-1", "+1", "ten", "1 1", "1,1", "1x", "9" * 99)],
    head("POST / HTTP/1.1", "Content-Length: 1", "Content-Length: 1"),
    head("POST / HTTP/1.1", "Content-Length: 1", "Transfer-Encoding: chunked"),
    head("POST / HTTP/1.1", "Transfer-Encoding: chunked", "Content-Length: 1"),
    *[head("POST / HTTP/1.1", f"Transfer-Encoding: {name}") for name in ("gzip", "gzip, chunked", "x", "chunked, x")],
    head("POST / HTTP/1.1", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked"),
    head("POST / HTTP/1.0", "Transfer-Encoding: chunked"),
    *[CHUNKED + body for body in (b"x\r\n", b"-1\r\n", b"1\r\nab\r\n", b"\r\n", b"1;\0\r\na\r\n", b"f" * 17 + b"\r\n")],
    CHUNKED + b"0\r\nContent-Length: 1\r\n\r\n",
    head("GET / HTTP/1.1", "Connection: close") + head(),
]  # fmt: skip


@pytest.mark.parametrize("request_", REFUSED, ids=lambda data: repr(data[:60]))
def test_what_is_no_http_is_refused(request_: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        read(request_)
    assert caught.value.status == 400
    assert str(caught.value)


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n", CHUNKED])
)
def test_any_bytes_are_read_or_refused(noise: bytes, before: bytes) -> None:
    with suppress(RefusedError):
        notes = read(before + noise)
        assert notes.ended <= len(notes.scopes)


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("size", [10, 999, 10**6])
@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (head(f"GET /{'x' * 2 * MOST_HEAD_BYTES} HTTP/1.1"), 414),
        (head("GET / HTTP/1.1", "X: " + "x" * 2 * MOST_HEAD_BYTES), 431),
        (head("GET / HTTP/1.1", *["X: x"] * MOST_HEAD_BYTES), 431),
        (head("GET / HTTP/1.1", "x" * 2 * MOST_HEAD_BYTES + ": x"), 431),
        (head("GET / HTTP/1.1", "Upgrade: h2c", "Connection: upgrade", *["X: x"] * MOST_HEAD_BYTES), 431),
    ],
    ids=["target", "header", "headers", "name", "upgrade"],
)
def test_a_head_past_the_limit_is_refused(request_: bytes, status: int, size: int) -> None:
    with pytest.raises(RefusedError, match="1000 bytes") as caught:
        read(*pieces(request_, size))
    assert caught.value.status == status


@pytest.mark.parametrize("request_", [b"GET /" + b"x" * 3000, head()[:-2] + b"X: " + b"x" * 3000])
def test_a_head_past_the_limit_is_refused_before_it_is_whole(request_: bytes) -> None:
    with pytest.raises(RefusedError, match="1000 bytes"):
        read(*pieces(request_, 500))


def test_a_head_up_to_the_limit_is_read() -> None:
    others = len(head("GET / HTTP/1.1", "X: ")) + 2 * (HEADER_BYTES - len(": \r\n"))
    request_ = head("GET / HTTP/1.1", "X: " + "x" * (MOST_HEAD_BYTES - others))
    assert read(request_).ended == read(*pieces(request_, 7)).ended == 1
    with pytest.raises(RefusedError, match="past the limit of 1000 bytes"):
        read(*pieces(request_.replace(b"X: ", b"X: 123"), 7))


def test_many_small_headers_count_for_more_than_their_bytes() -> None:
    many = head("GET / HTTP/1.1", *["a:b"] * (MANY_HEADERS + 1))
    assert len(many) < MOST_HEAD_BYTES
    with pytest.raises(RefusedError, match="past the limit of 1000 bytes"):
        read(many)
    with pytest.raises(RefusedError, match="past the limit of 1000 bytes"):
        read(*pieces(many[:-2], 7))


def test_bodies_may_be_larger_than_heads() -> None:
    body = b"x" * 5000
    assert read(*pieces(head("POST / HTTP/1.1", "Content-Length: 5000") + body + head(), 300)).bodies == [body, b""]
    chunks = b"1\r\nx\r\n" * 5000 + b"0\r\n\r\n"
    assert read(*pieces(CHUNKED + chunks, 300)).bodies == [body]


@pytest.mark.parametrize("body", [b"5;" + b"x" * 3000, b"0\r\nX: " + b"x" * 3000, b"0\r\n" + b"X: x\r\n" * 900])
def test_no_end_of_extensions_and_trailers_is_refused(body: bytes) -> None:
    with pytest.raises(RefusedError, match="a chunk's extension or the trailers are past the limit of 1000 bytes"):
        read(*pieces(CHUNKED + b"1\r\nx\r\n" + body, 300))


def test_stages_follow_what_comes() -> None:
    notes: Any = Notes()
    reader = Reader(notes, {"root_path": "", "state": {}}, MOST_HEAD_BYTES)
    stages = []
    for part in (b"\r\n", b"POST", b" / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n", b"a", b"b", head()):
        reader.feed(part)
        stages.append((reader.stage, reader.came))
    assert stages[0][0] in ("", "head")  # it may be seen as the begin of a request, or not
    assert stages[1:] == [("head", 0), ("body", 43), ("body", 44), ("", 45), ("", 0)]
