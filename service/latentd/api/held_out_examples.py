"""GET /examples: held-out pictures themselves, as they were before any model saw them."""

from __future__ import annotations

from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from latentd.admission import admit, admit_answer
from latentd.answer import Answer
from latentd.api.caching import caching_headers, is_known
from latentd.api.parameters import MAX_SEED, ViewQuery
from latentd.api.result import VIEW_TYPES, Result, check_pixels, drawable, write_result
from latentd.api.views import WRITING_SECONDS, wants_json
from latentd.bundle import Examples
from latentd.endpoint import Fields, Operation, array_route
from latentd.errors import ExamplesMissingError, ParameterInvalidError
from latentd.inference import Autoencoder
from latentd.question import Question
from latentd.service import Service
from latentd.wire import contact_sheet
from latentd.wire.contact_sheet import arrange, tile
from latentd.wire.json_body import MEDIA_TYPE as JSON_TYPE
from latentd.wire.negotiation import choose


class ExamplesQuery(ViewQuery):
    """What can be asked of /examples."""

    offset: int = Field(0, ge=0, description="How many examples to pass over.")
    limit: int | None = Field(None, ge=1, description="The most examples to give; without it, all that there are.")
    seed: int | None = Field(
        None, ge=0, le=MAX_SEED, description="Shuffles them, in the same way each time; without it, by their index."
    )
    inputs: bool = Field(True, description="`false` leaves the pictures out of JSON, and says only which there are.")

    def settled(self, model: Autoencoder) -> Self:
        """With the examples that there are. Raises ExamplesMissingError, or ParameterInvalidError past the last."""
        count = len(_examples_of(model).indices)
        if self.offset >= count:
            detail = f"offset: expected a whole number from 0 to {count - 1}, for {count} examples; got {self.offset}"
            raise ParameterInvalidError("offset", detail)
        return self.model_copy(update={"limit": min(self.limit or count, count - self.offset)})


async def examples(question: Question, service: Service) -> Answer:
    """Held-out inputs themselves, with their indices among the held-out rows, their labels and their latents.

    A bundle has some hundreds of them, chosen evenly by class; one whose inputs are no pictures has none.
    """
    asked = question.query(ExamplesQuery)
    model = service.registry.get(asked.model, asked.version)
    question.concerns(model)
    query = asked.settled(model)
    media_type = choose(question.header(b"accept"), VIEW_TYPES)
    count = query.limit or 0
    admit_answer(question, service, count * (model.row_values if query.inputs else model.latents.dim), media_type)
    if media_type == contact_sheet.MEDIA_TYPE:
        check_pixels(model.manifest, count, service.settings)
    headers = caching_headers(model.digest, question.path, query, media_type)
    if is_known(question, headers):
        return Answer(b"", "", 304, headers)

    def compute(media_type: str) -> Answer:
        return write_result(media_type, model.manifest, view_examples(model, query, media_type), headers)

    admit(service, count * WRITING_SECONDS)
    return await service.scheduler.run(compute, media_type, count * WRITING_SECONDS)


def view_examples(model: Autoencoder, query: ExamplesQuery, media_type: str) -> Result:
    """The examples that a settled query asks for."""
    stored = _examples_of(model)
    chosen = _chosen(len(stored.indices), query)
    indices, labels = stored.indices[chosen], model.held_out.labels
    inputs = model.inputs.from_bytes(stored.inputs[chosen])
    facts: Fields = {
        "indices": indices,
        "labels": None if labels is None else labels[indices],
        "latents": model.held_out.latents[indices],
    }
    leaves_out = wants_json(media_type) and not query.inputs
    fields = facts if leaves_out else {**facts, "inputs": inputs}
    return Result(fields, inputs, partial(_draw, model, inputs), facts)


def _examples_of(model: Autoencoder) -> Examples:
    if model.examples is None:
        raise ExamplesMissingError(model.manifest.name)
    return model.examples


def _chosen(count: int, query: ExamplesQuery) -> NDArray[np.intp]:
    """Which of `count` examples a query asks for, in its order."""
    order = np.arange(count) if query.seed is None else np.random.default_rng(query.seed).permutation(count)
    return order[query.offset :][: query.limit]


def _draw(model: Autoencoder, inputs: NDArray[np.float32]) -> contact_sheet.Pixels:
    return tile(arrange(drawable(model, inputs)))


def _example(model: Autoencoder) -> Fields:
    return dict(view_examples(model, _asked(model), JSON_TYPE).fields)


def _asked(_model: Autoencoder) -> ExamplesQuery:
    return ExamplesQuery(limit=1)


def _has_examples(model: Autoencoder) -> bool:
    return model.examples is not None


routes = [
    array_route(
        "/examples", GET=Operation(examples, ExamplesQuery, _example, VIEW_TYPES, asked=_asked, suits=_has_examples)
    )
]
