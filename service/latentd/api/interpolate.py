"""GET and POST /interpolate: the way between two latents, or between those of two inputs."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from latentd.admission import admit_answer, admit_rows
from latentd.answer import Answer
from latentd.api.bodies import ROW_TYPES, read_arrays
from latentd.api.parameters import Latent, Steps, ViewQuery
from latentd.api.result import (
    ARRAY_TYPES,
    OUTPUT_TYPES,
    VIEW_TYPES,
    Result,
    answer_result,
    check_pixels,
    drawable,
    output_types,
)
from latentd.api.views import answer_view, check_rows
from latentd.endpoint import Fields, Operation, array_route
from latentd.errors import ShapeMismatchError
from latentd.inference import Autoencoder
from latentd.inference.arrays import FloatArray
from latentd.inference.latent_space import Method
from latentd.question import Query, Question
from latentd.service import Service
from latentd.wire.contact_sheet import tile
from latentd.wire.json_body import MEDIA_TYPE as JSON_TYPE
from latentd.wire.negotiation import choose

METHOD_HELP = "`linear`, or along the arc (`slerp`) where latents have a normal prior."


class InterpolateQuery(ViewQuery):
    """What can be asked of GET /interpolate."""

    start: Latent = Field(alias="from", description="The latent to begin with, such as 0.1,-0.3.")
    end: Latent = Field(alias="to", description="The latent to end with.")
    steps: Steps = Field(10, description="How many latents, both ends included.")
    method: Method = Field("linear", description=METHOD_HELP)

    def settled(self, model: Autoencoder) -> Self:
        """With the ends as the model takes them."""
        model.space.check_method(self.method)
        ends = model.space.base(self.start, "from"), model.space.base(self.end, "to")
        return self.model_copy(update={"start": tuple(ends[0].tolist()), "end": tuple(ends[1].tolist())})


class InterpolateInputQuery(Query):
    """What can be asked of POST /interpolate; `steps` and `method` may also stand in a JSON body."""

    steps: Steps = Field(10, description="How many latents, both ends included.")
    method: Method = Field("linear", description=METHOD_HELP)


async def interpolate(question: Question, service: Service) -> Answer:
    """The way between two latents; the ends are those latents exactly."""
    query = question.query(InterpolateQuery, service.settings.max_rows)
    return await answer_view(question, service, query, view_latents, {"steps": query.steps})


def view_latents(model: Autoencoder, query: InterpolateQuery, _media_type: str) -> Result:
    """The way between two latents, decoded in one batch."""
    return _view(model, model.space.interpolate(query.start, query.end, query.steps, query.method), query.method)


async def interpolate_inputs(question: Question, service: Service) -> Answer:
    """The way between the latents of two inputs."""
    most_rows = service.settings.max_rows
    asked = question.query(InterpolateInputQuery, most_rows)
    model = service.registry.get(asked.model, asked.version)
    question.concerns(model)
    admit_rows(question, service, model.encoder_cost + model.decoder_cost, model.inputs.dim)
    media_type = choose(question.header(b"accept"), output_types(model))
    rows, leading, options = await read_arrays(question, service, model.inputs, ("steps", "method"))
    if leading != (2,):
        raise ShapeMismatchError(f"expected two vectors to go between; got {len(rows)}", "/inputs")
    query = question.query(InterpolateInputQuery, most_rows, **options) if options else asked
    admit_answer(question, service, check_rows({"steps": query.steps}, service.settings) * model.row_values, media_type)
    if media_type not in ARRAY_TYPES:
        check_pixels(model.manifest, query.steps, service.settings)
    seconds = model.encoder_cost.seconds(2) + model.decoder_cost.seconds(query.steps)
    result = await service.scheduler.run(lambda pair: view_inputs(model, query, pair), rows, seconds)
    return await answer_result(service, media_type, model.manifest, result)


def view_inputs(model: Autoencoder, query: InterpolateInputQuery, pair: FloatArray) -> Result:
    """The way between the latents of two inputs [2, D], decoded in one batch."""
    start, end = model.encode_rows(pair).latents
    return _view(model, model.space.interpolate(start, end, query.steps, query.method), query.method)


def _view(model: Autoencoder, latents: FloatArray, method: Method) -> Result:
    outputs = model.decode_rows(latents)
    facts: Fields = {"method": method, "latents": latents}
    return Result({**facts, "outputs": outputs}, outputs, lambda: tile(drawable(model, outputs)[None]), facts)


def _example(model: Autoencoder) -> Fields:
    return dict(view_latents(model, _asked(model), JSON_TYPE).fields)


def _asked(model: Autoencoder) -> InterpolateQuery:
    start, end = model.space.sample(2, seed=0).round(1).tolist()
    return InterpolateQuery.model_validate({"from": start, "to": end, "steps": 2})


def _body_example(model: Autoencoder) -> Fields:
    return {"inputs": [model.example, model.example], "steps": 2, "method": "linear"}


def _input_example(model: Autoencoder) -> Fields:
    pair = model.example[None].repeat(2, axis=0)
    return dict(view_inputs(model, InterpolateInputQuery(steps=2), pair).fields)


routes = [
    array_route(
        "/interpolate",
        GET=Operation(interpolate, InterpolateQuery, _example, VIEW_TYPES, asked=_asked),
        POST=Operation(
            interpolate_inputs, InterpolateInputQuery, _input_example, OUTPUT_TYPES, _body_example, ROW_TYPES
        ),
    )
]
