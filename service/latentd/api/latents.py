"""GET /latents: where the held-out set lies."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from latentd.admission import admit, admit_answer
from latentd.answer import Answer
from latentd.api.caching import caching_headers, is_known
from latentd.api.parameters import ViewQuery
from latentd.api.result import naming
from latentd.endpoint import Fields, Operation, array_route
from latentd.inference import Autoencoder
from latentd.question import Question
from latentd.service import Service
from latentd.wire import csv_body, json_body, npy_body, raw_body
from latentd.wire.negotiation import choose

MEDIA_TYPES = (json_body.MEDIA_TYPE, npy_body.MEDIA_TYPE, csv_body.MEDIA_TYPE, raw_body.MEDIA_TYPE)


class LatentsQuery(ViewQuery):
    """What can be asked of /latents."""

    offset: int = Field(0, ge=0, description="How many rows to pass over.")
    limit: int | None = Field(None, ge=1, description="The most rows to give; without it, all that there are.")
    latents: bool = Field(True, description="`false` leaves the latents out of JSON, and gives the labels alone.")

    def settled(self, model: Autoencoder) -> Self:
        """With the rows that there are; past the last, there are none."""
        rows = range(len(model.held_out.latents))[self.offset :][: self.limit]
        return self.model_copy(update={"offset": rows.start, "limit": len(rows)})


async def latents(question: Question, service: Service) -> Answer:
    """The latents of the held-out set, with their labels where it is labelled."""
    asked = question.query(LatentsQuery)
    model = service.registry.get(asked.model, asked.version)
    question.concerns(model)
    media_type = choose(question.header(b"accept"), MEDIA_TYPES)
    query = asked.settled(model)
    admit_answer(question, service, (query.limit or 0) * model.latents.dim, media_type)
    headers = caching_headers(model.digest, question.path, query, media_type)
    if is_known(question, headers):
        return Answer(b"", "", 304, headers)
    seconds = _seconds(model, query)
    admit(service, seconds)
    body = await service.scheduler.run(lambda asked: _write(model, asked, media_type), query, seconds)
    named = () if media_type == json_body.MEDIA_TYPE else naming(model.manifest)
    return Answer(body, media_type, headers=(*headers, *named))


def _seconds(model: Autoencoder, query: LatentsQuery) -> float:
    """About what writing takes: a tenth of a microsecond for a number. The query is settled."""
    return 1e-7 * model.latents.dim * (query.limit or 0)


def _write(model: Autoencoder, query: LatentsQuery, media_type: str) -> bytes:
    fields = _fields(model, query)
    if media_type == npy_body.MEDIA_TYPE:
        return npy_body.write(fields["latents"])
    if media_type == raw_body.MEDIA_TYPE:
        return raw_body.write(fields["latents"])
    if media_type == csv_body.MEDIA_TYPE:
        return csv_body.write(fields["latents"], fields["labels"])
    if not query.latents:
        del fields["latents"]
    return json_body.write({"model": model.manifest.name, "version": model.manifest.version, **fields})


def _fields(model: Autoencoder, query: LatentsQuery) -> Fields:
    end = None if query.limit is None else query.offset + query.limit
    rows = slice(query.offset, end)
    labels = model.held_out.labels
    return {"latents": model.held_out.latents[rows], "labels": None if labels is None else labels[rows]}


def _example(model: Autoencoder) -> Fields:
    return _fields(model, _asked(model))


def _asked(_model: Autoencoder) -> LatentsQuery:
    return LatentsQuery(limit=2)


routes = [array_route("/latents", GET=Operation(latents, LatentsQuery, _example, MEDIA_TYPES, asked=_asked))]
