"""GET and POST /traverse: what each latent dimension does."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field

from latentd.admission import admit_answer, admit_rows
from latentd.answer import Answer
from latentd.api.bodies import INPUT_TYPES, InputQuery, read_inputs
from latentd.api.parameters import Dim, Dims, Latent, SpanQuery, Steps
from latentd.api.result import (
    ARRAY_TYPES,
    OUTPUT_TYPES,
    VIEW_TYPES,
    Result,
    answer_result,
    check_pixels,
    drawable,
    output_types,
    picture_height,
)
from latentd.api.views import answer_view, check_rows
from latentd.endpoint import Fields, Operation, array_route
from latentd.errors import ShapeMismatchError
from latentd.inference import Autoencoder
from latentd.inference.arrays import FloatArray
from latentd.inference.latent_space import Traversal
from latentd.question import Question
from latentd.service import Service
from latentd.wire.contact_sheet import Pixels, enlargement, tile
from latentd.wire.json_body import MEDIA_TYPE as JSON_TYPE
from latentd.wire.negotiation import choose


class TraverseQuery(SpanQuery):
    """What can be asked of GET /traverse."""

    dim: Dim = Field(0, description="The dimension that is varied.")
    steps: Steps = Field(9, description="How many values it takes, both ends included.")
    latents: Latent | None = Field(None, description="The latent that holds the others; without it, the centre.")

    def settled(self, model: Autoencoder) -> Self:
        """With the model's own span and latent."""
        model.space.check_dims((self.dim,), "dim")
        latents = tuple(model.space.base(self.latents, "latents").tolist())
        return self.model_copy(update={"latents": latents, **self.settled_span(model.space, (self.dim,))})


class TraverseInputQuery(InputQuery, SpanQuery):
    """What can be asked of POST /traverse; `dims` and `steps` may also stand in a JSON body."""

    dims: Dims | None = Field(None, description="The dimensions that are varied; without them, every active one.")
    steps: Steps = Field(9, description="How many values each takes, both ends included.")


async def traverse(question: Question, service: Service) -> Answer:
    """One dimension varied from low to high, the rest held."""
    query = question.query(TraverseQuery, service.settings.max_rows)
    return await answer_view(question, service, query, view_traversal, {"steps": query.steps})


def view_traversal(model: Autoencoder, query: TraverseQuery, _media_type: str) -> Result:
    """The traversal decoded in one batch."""
    base = model.space.base(query.latents, "latents")
    found = model.space.traverse(query.dim, query.steps, base, query.span)
    outputs = model.decode(found.latents)
    facts = _facts(model, found)
    drawn = {**facts, "axes": [found.values]}
    return Result({**facts, "outputs": outputs}, outputs, lambda: tile(drawable(model, outputs)[None]), drawn)


async def traverse_input(question: Question, service: Service) -> Answer:
    """One input, its reconstruction, and for each dimension its reconstructions with that latent adjusted."""
    most_rows = service.settings.max_rows
    asked = question.query(TraverseInputQuery, most_rows)
    model = service.registry.get(asked.model, asked.version)
    question.concerns(model)
    cost = model.encoder_cost + model.decoder_cost
    admit_rows(question, service, cost, model.inputs.dim)
    media_type = choose(question.header(b"accept"), output_types(model))
    rows, leading, options = await read_inputs(question, service, model.inputs, asked, ("dims", "steps"))
    if leading not in ((), (1,)):
        raise ShapeMismatchError(f"expected one vector to traverse; got {len(rows)}", "/inputs")
    query = question.query(TraverseInputQuery, most_rows, **options) if options else asked
    dims = model.space.active_dims if query.dims is None else query.dims
    model.space.check_dims(dims)
    decoded = check_rows({"dims": len(dims), "steps": query.steps}, service.settings)
    admit_answer(question, service, decoded * model.row_values, media_type)
    if media_type not in ARRAY_TYPES:
        pictures = (len(dims) + 2) * query.steps
        check_pixels(model.manifest, pictures, service.settings, enlargement(picture_height(model.manifest)) ** 2)
    seconds = cost.seconds(len(dims) * query.steps + 1)
    result = await service.scheduler.run(lambda row: view_input(model, query, dims, row), rows[0], seconds)
    return await answer_result(service, media_type, model.manifest, result)


def view_input(model: Autoencoder, query: TraverseInputQuery, dims: tuple[int, ...], row: FloatArray) -> Result:
    """The traversals from the latent of one input [D]; it and all of them are decoded in one batch."""
    latent = model.encode_rows(row[None]).latents[0]
    found = [model.space.traverse(dim, query.steps, latent, query.span) for dim in dims]
    outputs = model.decode_rows(model.space.join([latent[None], *(traversal.latents for traversal in found)]))
    strips = outputs[1:].reshape(len(dims), query.steps, model.inputs.dim)
    traversals = [{**_facts(model, each), "outputs": strip} for each, strip in zip(found, strips, strict=True)]
    fields = {"latent": latent, "output": outputs[0], "traversals": traversals}
    axes, latents = [each.values for each in found], [each.latents for each in found]
    facts = {"latent": latent, "axes": axes, "dims": dims, "latents": latents}
    return Result(fields, outputs, lambda: _draw_strips(model, row, outputs[0], found, strips), facts)


def _facts(model: Autoencoder, found: Traversal) -> dict[str, Any]:
    active = model.manifest.latent_statistics.active[found.dim]
    return {"dim": found.dim, "active": active, "values": found.values, "latents": found.latents}


def _draw_strips(
    model: Autoencoder, original: FloatArray, output: FloatArray, found: list[Traversal], strips: FloatArray
) -> Pixels:
    from latentd.wire import drawing

    drawn = {"original": drawable(model, original[None]), "reconstruction": drawable(model, output[None])}
    for traversal, strip in zip(found, strips, strict=True):
        note = "" if model.manifest.latent_statistics.active[traversal.dim] else " (inactive)"
        low, high = traversal.values[0], traversal.values[-1]
        drawn[f"latent {traversal.dim}{note}: {low:.2f} to {high:.2f}"] = drawable(model, strip)
    return drawing.label(drawn)


def _example(model: Autoencoder) -> Fields:
    return dict(view_traversal(model, _asked(model), JSON_TYPE).fields)


def _asked(_model: Autoencoder) -> TraverseQuery:
    return TraverseQuery(steps=2)


def _body_example(model: Autoencoder) -> Fields:
    return {"inputs": model.example, "dims": [0], "steps": 2}


def _input_example(model: Autoencoder) -> Fields:
    return dict(view_input(model, TraverseInputQuery(steps=2), (0,), model.example).fields)


routes = [
    array_route(
        "/traverse",
        GET=Operation(traverse, TraverseQuery, _example, VIEW_TYPES, asked=_asked),
        POST=Operation(traverse_input, TraverseInputQuery, _input_example, OUTPUT_TYPES, _body_example, INPUT_TYPES),
    )
]
