"""GET answers that depend on nothing but the bundle and the query: negotiated, cached by clients, drawn if asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import prod
from typing import TypeVar

from latentd.admission import admit, admit_answer
from latentd.answer import VARY, Answer, Headers
from latentd.api.caching import caching_headers, is_known
from latentd.api.parameters import ROWS_SETTING, ViewQuery
from latentd.api.result import Result, check_pixels, view_types, write_result
from latentd.errors import ParameterInvalidError
from latentd.inference import Autoencoder
from latentd.question import Question
from latentd.service import Service
from latentd.settings import Settings
from latentd.wire import contact_sheet, json_body
from latentd.wire.negotiation import choose

SomeQuery = TypeVar("SomeQuery", bound=ViewQuery)

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
    """The view that decodes as many rows as the product of these parameters; 304 where the client has it already.

    A question that cannot be answered is refused whatever the client has, and nothing is decoded for it.
    """
    model = service.registry.get(query.model, query.version)
    question.concerns(model)
    media_type = choose(question.header(b"accept"), view_types(model))
    settled = query.settled(model)
    rows = check_rows(counts, service.settings)
    admit_answer(question, service, rows * model.row_values, media_type)
    if media_type == contact_sheet.MEDIA_TYPE:
        check_pixels(model.manifest, rows, service.settings)
    headers: Headers = (VARY, (b"cache-control", b"no-store"))
    if cached:
        headers = caching_headers(model.digest, question.path, settled, media_type)
        if is_known(question, headers):
            return Answer(b"", "", 304, headers)
    compute = partial(_compute, model, settled, view, headers)
    seconds = model.decoder_cost.seconds(rows) + WRITING_SECONDS * rows
    admit(service, seconds)
    return await service.scheduler.run(compute, media_type, seconds, rows)


def check_rows(counts: Mapping[str, int], settings: Settings) -> int:
    """How many rows these parameters together ask for.

    Raises ParameterInvalidError, which names the largest, before more is decoded than one request may ask for.
    """
    rows = prod(counts.values())
    if rows > settings.max_rows:
        asked = " times ".join(f"{name}={count}" for name, count in counts.items())
        limit = f"{settings.max_rows} rows, the limit that {ROWS_SETTING} sets"
        largest = max(counts, key=lambda name: counts[name])
        raise ParameterInvalidError(largest, f"expected at most {limit}, to be decoded; got {asked}, which is {rows}")
    return rows


def _compute(model: Autoencoder, query: SomeQuery, view: View[SomeQuery], headers: Headers, media_type: str) -> Answer:
    return write_result(media_type, model.manifest, view(model, query, media_type), headers)


def wants_json(media_type: str) -> bool:
    """Will the answer's fields be seen?"""
    return media_type == json_body.MEDIA_TYPE
