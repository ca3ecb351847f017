"""What clients get that are no clients of the app."""

from __future__ import annotations

import json

import pytest

from latentd.http1.refusal import RefusedError


@pytest.mark.parametrize(
    ("status", "phrase"), [(400, "Bad Request"), (408, "Request Timeout"), (431, "Request Header Fields Too Large")]
)
def test_a_refusal_is_a_problem(status: int, phrase: str) -> None:
    answer = RefusedError(status, 'a "reason"').answer([(b"date", b"today")])
    head, _, body = answer.partition(b"\r\n\r\n")
    assert json.loads(body) == {"type": "about:blank", "title": phrase, "status": status, "detail": 'a "reason"'}
    assert head.decode().split("\r\n") == [
        f"HTTP/1.1 {status} {phrase}",
        "date: today",
        "content-type: application/problem+json",
        f"content-length: {len(body)}",
        "connection: close",
    ]
