"""POST /encode, /decode, /reconstruct: rows in, rows out."""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np
from pydantic import Field

from latentd.admission import admit_answer, admit_rows
from latentd.answer import Answer
from latentd.api.bodies import INPUT_TYPES, ROW_TYPES, InputQuery, read_arrays, read_inputs
from latentd.api.parameters import MAX_SEED
from latentd.api.result import (
    ARRAY_TYPES,
    OUTPUT_TYPES,
    Result,
    answer_result,
    check_pixels,
    drawable,
    output_types,
)
from latentd.endpoint import Fields, Operation, array_route
from latentd.inference import Autoencoder, Reconstruction
from latentd.inference.arrays import FloatArray
from latentd.question import Query, Question
from latentd.service import Service
from latentd.wire.contact_sheet import Pixels, arrange, stack, tile
from latentd.wire.negotiation import choose


class EncodeQuery(InputQuery):
    """What can be asked of /encode."""

    sample: bool = Field(False, description="Draw the latents from the posterior, where the model has one.")
    seed: int | None = Field(None, ge=0, le=MAX_SEED, description="Makes the draw the same again; made up if not sent.")


class ReconstructQuery(InputQuery):
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
    question.concerns(model, "encoder")
    admit_rows(question, service, model.encoder_cost, model.inputs.dim)
    rows, leading, _ = await read_inputs(question, service, model.inputs, query)
    question.has_rows(len(rows))
    admit_answer(question, service, len(rows) * model.latents.dim, media_type)
    posterior = await service.scheduler.run_rows(model.encode_rows, rows, model.encoder_cost, question.watch)
    shape = (*leading, model.latents.dim)
    fields: Fields = {"latents": posterior.latents.reshape(shape)}
    if posterior.logvar is not None:
        fields["logvar"] = posterior.logvar.reshape(shape)
    if query.sample:
        fields["seed"] = secrets.randbelow(2**32) if query.seed is None else query.seed
        fields["latents"] = posterior.sample(fields["seed"]).reshape(shape)
    return await answer_result(service, media_type, model.manifest, Result(fields, fields["latents"]))


async def decode(question: Question, service: Service) -> Answer:
    """Latents -> outputs."""
    query = question.query(Query)
    model = service.registry.get(query.model, query.version)
    media_type = choose(question.header(b"accept"), output_types(model))
    question.concerns(model, "decoder")
    admit_rows(question, service, model.decoder_cost, model.latents.dim)
    rows, leading, _ = await read_arrays(question, service, model.latents)
    question.has_rows(len(rows))
    admit_answer(question, service, len(rows) * model.inputs.dim, media_type)
    if media_type not in ARRAY_TYPES:
        check_pixels(model.manifest, len(rows), service.settings)
    outputs = await service.scheduler.run_rows(model.decode_rows, rows, model.decoder_cost, question.watch)
    shaped = outputs.reshape(*leading, model.inputs.dim)
    result = Result({"outputs": shaped}, shaped, lambda: tile(arrange(drawable(model, outputs))), {"latents": rows})
    return await answer_result(service, media_type, model.manifest, result)


async def reconstruct(question: Question, service: Service) -> Answer:
    """Inputs -> outputs, with latents, errors and percentiles."""
    query = question.query(ReconstructQuery)
    model = service.registry.get(query.model, query.version)
    media_type = choose(question.header(b"accept"), output_types(model))
    question.concerns(model, "both")
    cost = model.encoder_cost + model.decoder_cost
    admit_rows(question, service, cost, model.inputs.dim)
    rows, leading, _ = await read_inputs(question, service, model.inputs, query)
    question.has_rows(len(rows))
    admit_answer(question, service, len(rows) * model.row_values, media_type)
    if media_type not in ARRAY_TYPES:
        check_pixels(model.manifest, 2 * len(rows), service.settings)
    found = await service.scheduler.run_rows(model.reconstruct_rows, rows, cost, question.watch)
    service.statistics.add_errors(model, found.errors)
    fields = _reconstruction_fields(found, leading)
    if query.threshold is not None:
        fields["anomalous"] = np.greater(fields["percentiles"], query.threshold)
    facts = {name: value for name, value in fields.items() if name != "outputs"}
    result = Result(fields, fields["outputs"], lambda: _draw_pairs(model, rows, found.outputs), facts)
    return await answer_result(service, media_type, model.manifest, result)


def _reconstruction_fields(found: Reconstruction, leading: tuple[int, ...]) -> Fields:
    return {
        "outputs": found.outputs.reshape(*leading, found.outputs.shape[1]),
        "latents": found.latents.reshape(*leading, found.latents.shape[1]),
        "errors": found.errors.reshape(leading)[()],
        "percentiles": found.percentiles.reshape(leading)[()],
    }


def _draw_pairs(model: Autoencoder, originals: FloatArray, reconstructions: FloatArray) -> Pixels:
    """The originals above their reconstructions, in as many strips as make a sheet."""
    return tile(stack(arrange(drawable(model, originals)), arrange(drawable(model, reconstructions))))


def _input_example(model: Autoencoder) -> Fields:
    return {"inputs": model.example}


def _latent_example(model: Autoencoder) -> Fields:
    return {"latents": model.encode(model.example)}


def _encode_example(model: Autoencoder) -> Fields:
    posterior = model.encode_rows(model.example[None])
    logvar: dict[str, Any] = {} if posterior.logvar is None else {"logvar": posterior.logvar[0]}
    return {"latents": posterior.latents[0], **logvar}


def _decode_example(model: Autoencoder) -> Fields:
    return {"outputs": model.decode(model.encode(model.example))}


def _reconstruct_example(model: Autoencoder) -> Fields:
    return _reconstruction_fields(model.reconstruct_rows(model.example[None]), ())


routes = [
    array_route(
        "/encode", POST=Operation(encode, EncodeQuery, _encode_example, ARRAY_TYPES, _input_example, INPUT_TYPES)
    ),
    array_route("/decode", POST=Operation(decode, Query, _decode_example, OUTPUT_TYPES, _latent_example, ROW_TYPES)),
    array_route(
        "/reconstruct",
        POST=Operation(reconstruct, ReconstructQuery, _reconstruct_example, OUTPUT_TYPES, _input_example, INPUT_TYPES),
    ),
]
