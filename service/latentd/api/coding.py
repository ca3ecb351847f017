"""POST /encode, /decode, /reconstruct: rows in, rows out."""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np
from pydantic import Field
from starlette.routing import Route

from latentd.answer import Answer
from latentd.api.arrays import ARRAY_TYPES, read_rows, write_arrays
from latentd.endpoint import Endpoint
from latentd.question import Query, Question
from latentd.service import Service
from latentd.wire.negotiation import choose

MAX_SEED = 2**63 - 1


class EncodeQuery(Query):
    """What can be asked of /encode."""

    sample: bool = Field(False, description="Draw the latents from the posterior, where the model has one.")
    seed: int | None = Field(None, ge=0, le=MAX_SEED, description="Makes the draw the same again; made up if not sent.")


class ReconstructQuery(Query):
    """What can be asked of /reconstruct."""

    threshold: float | None = Field(
        None, ge=0, le=100, allow_inf_nan=False, description="Adds `anomalous`: is the percentile above this?"
    )


async def encode(question: Question, service: Service) -> Answer:
    """Inputs -> latents, and for a VAE logvar."""
    query = question.query(EncodeQuery)
    model = service.registry.get(query.model, query.version)
    media_type = choose(question.header(b"accept"), ARRAY_TYPES)
    if query.sample:
        model.require_posterior()
    rows, leading = await read_rows(question, service, model.inputs)
    posterior = await service.scheduler.run(model.encode_rows, rows, model.encoder_cost.seconds(len(rows)))
    shape = (*leading, model.latents.dim)
    fields: dict[str, Any] = {"latents": posterior.latents.reshape(shape)}
    if posterior.logvar is not None:
        fields["logvar"] = posterior.logvar.reshape(shape)
    if query.sample:
        fields["seed"] = secrets.randbelow(2**32) if query.seed is None else query.seed
        fields["latents"] = posterior.sample(fields["seed"]).reshape(shape)
    return write_arrays(media_type, model.manifest, fields)


async def decode(question: Question, service: Service) -> Answer:
    """Latents -> outputs."""
    query = question.query(Query)
    model = service.registry.get(query.model, query.version)
    media_type = choose(question.header(b"accept"), ARRAY_TYPES)
    rows, leading = await read_rows(question, service, model.latents)
    outputs = await service.scheduler.run(model.decode_rows, rows, model.decoder_cost.seconds(len(rows)))
    return write_arrays(media_type, model.manifest, {"outputs": outputs.reshape(*leading, model.inputs.dim)})


async def reconstruct(question: Question, service: Service) -> Answer:
    """Inputs -> outputs, with latents, errors and percentiles."""
    query = question.query(ReconstructQuery)
    model = service.registry.get(query.model, query.version)
    media_type = choose(question.header(b"accept"), ARRAY_TYPES)
    rows, leading = await read_rows(question, service, model.inputs)
    seconds = (model.encoder_cost + model.decoder_cost).seconds(len(rows))
    result = await service.scheduler.run(model.reconstruct_rows, rows, seconds)
    fields: dict[str, Any] = {
        "outputs": result.outputs.reshape(*leading, model.inputs.dim),
        "latents": result.latents.reshape(*leading, model.latents.dim),
        "errors": result.errors.reshape(leading)[()],
        "percentiles": result.percentiles.reshape(leading)[()],
    }
    if query.threshold is not None:
        fields["anomalous"] = np.greater(fields["percentiles"], query.threshold)
    return write_arrays(media_type, model.manifest, fields)


routes = [
    Route("/encode", Endpoint(encode), methods=["POST"]),
    Route("/decode", Endpoint(decode), methods=["POST"]),
    Route("/reconstruct", Endpoint(reconstruct), methods=["POST"]),
]
