"""Heads of answers, and how bodies go with them."""

from __future__ import annotations

from typing import Any

import pytest

from latentd.http1.framing import Framing, Headers

LENGTH = (b"content-length", b"5")


def framing(status: int = 200, headers: Headers = (), **given: Any) -> Framing:
    return Framing(status, headers, **{"wants_body": True, "knows_chunks": True, "keep_alive": True, **given})


def test_a_head_is_a_status_line_and_headers() -> None:
    made = framing(404, [LENGTH, (b"x-a", b"b: c")])
    assert made.head == b"HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\nx-a: b: c\r\n\r\n"
    assert made.keep_alive


@pytest.mark.parametrize(("status", "line"), [(299, b"HTTP/1.1 299 \r\n"), (599, b"HTTP/1.1 599 \r\n")])
def test_a_status_without_a_name_has_a_line_too(status: int, line: bytes) -> None:
    assert framing(status).head.startswith(line)


def test_a_body_of_a_said_length_goes_as_it_is() -> None:
    made = framing(headers=[LENGTH])
    assert [made.part(b"he", more=True), made.part(b"", more=True), made.part(b"llo", more=False)] == [
        b"he",
        b"",
        b"llo",
    ]


def test_a_body_of_no_said_length_goes_in_chunks() -> None:
    made = framing()
    assert made.head.endswith(b"\r\ntransfer-encoding: chunked\r\n\r\n")
    assert made.part(b"x" * 16, more=True) == b"10\r\n" + b"x" * 16 + b"\r\n"
    assert made.part(b"", more=True) == b""
    assert made.part(b"ab", more=False) == b"2\r\nab\r\n0\r\n\r\n"
    assert framing().part(b"", more=False) == b"0\r\n\r\n"


def test_where_chunks_are_not_known_it_ends_with_the_connection() -> None:
    made = framing(knows_chunks=False)
    assert made.head == b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"
    assert not made.keep_alive
    assert [made.part(b"a", more=True), made.part(b"b", more=False)] == [b"a", b"b"]


def test_an_apps_own_chunking_is_not_said_twice() -> None:
    made = framing(headers=[(b"transfer-encoding", b"chunked")])
    assert made.head.count(b"transfer-encoding") == 1
    assert b"transfer-encoding" not in framing(headers=[(b"transfer-encoding", b"chunked"), LENGTH]).head


@pytest.mark.parametrize("status", [204, 304])
def test_some_statuses_have_no_body(status: int) -> None:
    made = framing(status)
    assert b"transfer-encoding" not in made.head
    assert made.keep_alive
    assert made.part(b"", more=False) == b""
    with pytest.raises(RuntimeError, match="not as long as"):
        framing(status, [LENGTH]).part(b"hello", more=False)


def test_an_answer_to_head_has_the_head_alone() -> None:
    made = framing(headers=[LENGTH], wants_body=False)
    assert b"content-length: 5\r\n" in made.head
    assert made.part(b"hello", more=True) + made.part(b"and more", more=False) == b""


@pytest.mark.parametrize("parts", [[b"hell"], [b"hello!"], [b"hello", b"!"], [b""]])
def test_a_body_of_another_length_is_an_error(parts: list[bytes]) -> None:
    made = framing(headers=[LENGTH])
    *first, last = parts
    assert [made.part(part, more=True) for part in first] == first
    with pytest.raises(RuntimeError, match="not as long as its Content-Length says"):
        made.part(last, more=False)


@pytest.mark.parametrize("value", [b"Close", b"close"])
def test_an_app_may_close(value: bytes) -> None:
    made = framing(headers=[LENGTH, (b"connection", value)])
    assert not made.keep_alive
    assert made.head.lower().count(b"connection: close") == 1


def test_a_connection_that_ends_says_so() -> None:
    assert framing(headers=[LENGTH], keep_alive=False).head.endswith(b"\r\nconnection: close\r\n\r\n")


@pytest.mark.parametrize("bad", [b"a\r\nb: c", b"a\nb", b"a\rb", b"a\0b", b"\n", b"a\n\r"])
def test_no_header_passes_for_two(bad: bytes) -> None:
    for header in ((b"x", bad), (bad, b"x")):
        with pytest.raises(RuntimeError, match="a header of the answer holds a line break or a NUL"):
            framing(headers=[header, LENGTH])
