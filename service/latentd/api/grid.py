"""GET /grid: the decoded manifold over two latent dimensions."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from latentd.answer import Answer
from latentd.api.parameters import Dims, Latent, Side, SpanQuery
from latentd.api.result import VIEW_TYPES, Result, drawable
from latentd.api.views import answer_view, wants_json
from latentd.endpoint import Fields, Operation, array_route
from latentd.inference import Autoencoder
from latentd.question import Question
from latentd.service import Service
from latentd.wire.contact_sheet import tile
from latentd.wire.json_body import MEDIA_TYPE as JSON_TYPE


class GridQuery(SpanQuery):
    """What can be asked of /grid."""

    rows: Side = Field(20, description="Rows of the grid.")
    cols: Side = Field(20, description="Columns of the grid.")
    dims: Dims = Field(
        (0, 1), description="The dimension that grows from left to right, and the one from bottom to top."
    )
    base: Latent | None = Field(None, description="The latent that holds the other dimensions; without it, the centre.")

    def settled(self, model: Autoencoder) -> Self:
        """With the model's own span and base."""
        model.space.check_pair(self.dims)
        base = tuple(model.space.base(self.base).tolist())
        return self.model_copy(update={"base": base, **self.settled_span(model.space, self.dims)})


async def grid(question: Question, service: Service) -> Answer:
    """The decoded grid; the second dimension grows from the bottom row to the top one."""
    query = question.query(GridQuery, service.settings.max_rows)
    return await answer_view(question, service, query, view_grid, {"rows": query.rows, "cols": query.cols})


def view_grid(model: Autoencoder, query: GridQuery, media_type: str) -> Result:
    """The grid decoded in one batch; only JSON tells the support, which costs more than the decoding."""
    cells = model.space.grid(query.rows, query.cols, query.dims, query.base, query.span)
    outputs = model.decode(cells.latents)
    facts: Fields = {"dims": cells.dims, "axes": cells.axes, "latents": cells.latents}
    fields = {**facts, "outputs": outputs}
    if wants_json(media_type):
        fields["support"] = model.space.support(cells.latents)
    return Result(fields, outputs, lambda: tile(drawable(model, outputs)), facts)


def _example(model: Autoencoder) -> Fields:
    return dict(view_grid(model, _asked(model), JSON_TYPE).fields)


def _asked(_model: Autoencoder) -> GridQuery:
    return GridQuery(rows=2, cols=2)


routes = [array_route("/grid", GET=Operation(grid, GridQuery, _example, VIEW_TYPES, asked=_asked))]
