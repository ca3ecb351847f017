"""GET /sample: outputs that nobody has seen before."""

from __future__ import annotations

import secrets

from pydantic import Field

from latentd.answer import Answer
from latentd.api.parameters import MAX_SEED, Side, ViewQuery
from latentd.api.result import VIEW_TYPES, Result, drawable
from latentd.api.views import answer_view
from latentd.endpoint import Fields, Operation, array_route
from latentd.inference import Autoencoder
from latentd.question import Question
from latentd.service import Service
from latentd.wire.contact_sheet import arrange, tile
from latentd.wire.json_body import MEDIA_TYPE as JSON_TYPE


class SampleQuery(ViewQuery):
    """What can be asked of /sample."""

    n: Side = Field(16, description="How many samples.")
    seed: int | None = Field(
        None, ge=0, le=MAX_SEED, description="Makes the samples the same again; made up if not sent."
    )


async def sample(question: Question, service: Service) -> Answer:
    """Samples from the prior, or from the density fitted to the training latents; `source` says which."""
    asked = question.query(SampleQuery, service.settings.max_rows)
    seed = secrets.randbelow(2**32) if asked.seed is None else asked.seed
    query = asked.model_copy(update={"seed": seed})
    return await answer_view(question, service, query, view_samples, {"n": query.n}, cached=asked.seed is not None)


def view_samples(model: Autoencoder, query: SampleQuery, _media_type: str) -> Result:
    """Samples decoded in one batch. The query has a seed."""
    assert query.seed is not None, "the route has made one up"
    latents = model.space.sample(query.n, query.seed)
    outputs = model.decode_rows(latents)
    facts: Fields = {"source": model.space.density.source, "seed": query.seed, "latents": latents}
    return Result({**facts, "outputs": outputs}, outputs, lambda: tile(arrange(drawable(model, outputs))), facts)


def _example(model: Autoencoder) -> Fields:
    return dict(view_samples(model, _asked(model), JSON_TYPE).fields)


def _asked(_model: Autoencoder) -> SampleQuery:
    return SampleQuery(n=1, seed=1)


routes = [array_route("/sample", GET=Operation(sample, SampleQuery, _example, VIEW_TYPES, asked=_asked))]
