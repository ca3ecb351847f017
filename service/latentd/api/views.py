"""GET answers that depend on nothing but the bundle and the query: negotiated, cached by clients, drawn if asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from math import prod
from typing import TypeVar

from latentd import __version__
from latentd.answer import Answer, Headers
from latentd.api.result import Result, check_pixels, view_types, write_result
from latentd.errors import ParameterInvalidError
from latentd.inference import Autoencoder
from latentd.question import Query, Question
from latentd.service import Service
from latentd.settings import Settings
from latentd.wire import contact_sheet, json_body
from latentd.wire.negotiation import choose

SomeQuery = TypeVar("SomeQuery", bound=Query)

View = Callable[[Autoencoder, SomeQuery, str], Result]
"""Computes an answer for a model, a query and a media type; may take long, and then runs in a thread."""

WRITING_SECONDS = 20e-6  # about what it costs to draw or to write out one row


async def answer_view(
    question: Question,
    service: Service,
    query: SomeQuery,
    view: View[SomeQuery],
    counts: Mapping[str, int],
    *,
    cached: bool = True,
) -> Answer:
    """The view that decodes as many rows as the product of these parameters; 304 where the client has it already."""
    model = service.registry.get(query.model, query.version)
    media_type = choose(question.header(b"accept"), view_types(model))
    headers: Headers = ((b"vary", b"Accept"), (b"cache-control", b"no-store"))
    if cached:
        headers = caching_headers(model, question.path, query, media_type)
        if is_known(question, headers):
            return Answer(b"", "", 304, headers)
    rows = check_rows(counts, service.settings)
    if media_type == contact_sheet.MEDIA_TYPE:
        check_pixels(model.manifest, rows, service.settings)
    compute = partial(_compute, model, query, view, headers)
    seconds = model.decoder_cost.seconds(rows) + WRITING_SECONDS * rows
    return await service.scheduler.run(compute, media_type, seconds)


def caching_headers(model: Autoencoder, path: str, query: Query, media_type: str) -> Headers:
    """A strong ETag from our version, the bundle's digest and the normalized query, and how caches should use it.

    Another version may become the highest at any time: a cache has to ask, which costs next to nothing.
    """
    asked = query.model_dump_json(exclude={"model", "version"})
    parts = [__version__, model.digest, path, media_type, asked]  # another latentd may draw otherwise
    tag = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return ((b"etag", f'"{tag}"'.encode()), (b"vary", b"Accept"), (b"cache-control", b"public, no-cache"))


def is_known(question: Question, headers: Headers) -> bool:
    """Has the client sent the ETag that `headers` hold (RFC 9110, section 13.1.2)?"""
    known = [tag.strip().removeprefix("W/") for tag in question.header(b"if-none-match").split(",")]
    return dict(headers)[b"etag"].decode() in known or known == ["*"]


def check_rows(counts: Mapping[str, int], settings: Settings) -> int:
    """How many rows these parameters together ask for.

    Raises ParameterInvalidError, which names the largest, before more is decoded than one request may ask for.
    """
    rows = prod(counts.values())
    if rows > settings.max_rows:
        limit = f"{settings.max_rows}, the limit that LATENTD_MAX_ROWS sets"
        largest = max(counts, key=lambda name: counts[name])
        raise ParameterInvalidError(largest, f"the answer would decode {rows} rows; expected at most {limit}")
    return rows


def _compute(model: Autoencoder, query: SomeQuery, view: View[SomeQuery], headers: Headers, media_type: str) -> Answer:
    return write_result(media_type, model.manifest, view(model, query, media_type), headers)


def wants_json(media_type: str) -> bool:
    """Will the answer's fields be seen?"""
    return media_type == json_body.MEDIA_TYPE
