"""What several views have in their queries: the types of parameters, and how a query is settled for a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from latentd.inference import Autoencoder
from latentd.inference.latent_space import LatentSpace, Spacing, Span
from latentd.question import Query
from latentd.wording import EXPECTED, LIMIT


def _split(value: Any) -> Any:
    """`0,1` -> ["0", "1"]; what came as a list in JSON stays as it is."""
    return value.split(",") if isinstance(value, str) else value


def _limit(count: int, asked: ValidationInfo) -> int:
    """No more than the setting allows: the context of a query is the most rows that a request may decode."""
    if asked.context is not None and count > asked.context:
        raise ValueError
    return count


ROWS_SETTING = "LATENTD_MAX_ROWS"
MAX_SEED = 2**63 - 1


def _worded(words: str) -> Any:
    """A field whose bounds only a model knows: it is checked where the model is."""
    return Field(json_schema_extra={EXPECTED: words})


Latent = Annotated[
    tuple[float, ...],
    BeforeValidator(_split),
    _worded("a finite number for each latent dimension, separated by commas, such as 0.1,-0.3"),
]
Dim = Annotated[int, _worded("a whole number from 0 to latent_dim - 1")]
Dims = Annotated[
    tuple[int, ...],
    Field(min_length=1),
    BeforeValidator(_split),
    _worded("different whole numbers from 0 to latent_dim - 1, such as 0,1 (in JSON [0, 1])"),
]
Bound = Annotated[
    float, _worded("a level between 0 and 1, or with spacing=linear a finite latent value, low below high")
]
Steps = Annotated[int, Field(ge=2, json_schema_extra={LIMIT: ROWS_SETTING}), AfterValidator(_limit)]
Side = Annotated[int, Field(ge=1, json_schema_extra={LIMIT: ROWS_SETTING}), AfterValidator(_limit)]


class ViewQuery(Query):
    """What can be asked of a view."""

    def settled(self, model: Autoencoder) -> Self:  # noqa: ARG002 - others need it
        """The query as this model answers it, with the model's defaults in the place of what was not sent.

        Whatever it asks for can be answered then. Raises ParameterInvalidError; nothing is decoded.
        """
        return self


class SpanQuery(ViewQuery):
    """How far dimensions are varied."""

    spacing: Spacing = Field(
        "quantile", description="`quantile`: low and high are levels between 0 and 1; `linear`: they are latent values."
    )
    low: Bound | None = Field(None, description="Where the span begins; without it, at the level 0.05.")
    high: Bound | None = Field(None, description="Where the span ends; without it, at the level 0.95.")

    @property
    def span(self) -> Span:
        """The span in the words of the latent space."""
        return Span(self.spacing, self.low, self.high)

    def settled_span(self, space: LatentSpace, dims: Sequence[int]) -> dict[str, float]:
        """`low` and `high` where they are the same for all of `dims`. Raises ParameterInvalidError."""
        (low, high), *others = {space.bounds(dim, self.span) for dim in dims}
        return {} if others or low == high else {"low": low, "high": high}
