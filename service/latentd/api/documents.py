"""GET answers in one media type that depend on nothing but what is served: a page, a drawing, a description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Response

from latentd.api.caching import caching_headers, is_known
from latentd.question import Parameters, Question
from latentd.wire.negotiation import choose, media_type_of


def answer_document(
    question: Question, query: Parameters, source: str, content_type: str, write: Callable[[], bytes]
) -> Response:
    """What `write` gives, or 304 where the client has it already; `source` tells one content from another.

    Raises AnswerUnacceptableError for a client that wants another media type.
    """
    media_type = choose(question.header(b"accept"), (media_type_of(content_type),))
    headers = caching_headers(source, question.path, query, media_type)
    named: dict[str, Any] = {name.decode(): value.decode() for name, value in headers}
    if is_known(question, headers):
        return Response(status_code=304, headers=named)
    return Response(write(), headers=named, media_type=content_type)
