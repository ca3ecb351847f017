"""Documents: written once, and only for those who want one and have none."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from fastapi import Response

from latentd.api.documents import answer_document
from latentd.errors import AnswerUnacceptableError
from latentd.question import VersionQuery
from questions import question

HTML = "text/html; charset=utf-8"


def document(headers: Mapping[str, str], written: list[str]) -> Response:
    def write() -> bytes:
        written.append("once")
        return b"<p>"

    return answer_document(question(headers=headers), VersionQuery(), "digest", HTML, write)


@pytest.mark.parametrize("accept", ["", "*/*", "text/*", "text/html", "image/*, */*;q=0.1"])
def test_who_wants_it_gets_it(accept: str) -> None:
    written: list[str] = []
    answer = document({"Accept": accept}, written)
    assert (answer.status_code, answer.body, answer.headers["content-type"]) == (200, b"<p>", HTML)
    assert written == ["once"]


def test_who_has_it_is_told_so_and_nothing_is_written() -> None:
    written: list[str] = []
    tag = document({}, []).headers["etag"]
    answer = document({"If-None-Match": tag}, written)
    assert (answer.status_code, answer.body, written) == (304, b"", [])
    assert answer.headers["etag"] == tag


def test_who_wants_another_type_is_refused_whatever_he_has() -> None:
    written: list[str] = []
    with pytest.raises(AnswerUnacceptableError, match=r"this answer can be text/html$"):
        document({"Accept": "image/png", "If-None-Match": "*"}, written)
    assert written == []
