"""The types of query parameters that several views have."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from latentd.inference.latent_space import Spacing, Span
from latentd.question import Query


def _split(value: Any) -> Any:
    """`0,1` -> ["0", "1"]; what came as a list in JSON stays as it is."""
    return value.split(",") if isinstance(value, str) else value


MAX_SEED = 2**63 - 1

Number = Annotated[float, Field(allow_inf_nan=False)]
Latent = Annotated[tuple[Number, ...], BeforeValidator(_split)]
Dims = Annotated[tuple[int, ...], BeforeValidator(_split)]
Steps = Annotated[int, Field(ge=2)]
Side = Annotated[int, Field(ge=1)]


class SpanQuery(Query):
    """How far dimensions are varied."""

    spacing: Spacing = Field(
        "quantile", description="`quantile`: low and high are levels between 0 and 1; `linear`: they are latent values."
    )
    low: Number | None = Field(None, description="Where the span begins; without it, at the level 0.05.")
    high: Number | None = Field(None, description="Where the span ends; without it, at the level 0.95.")

    @property
    def span(self) -> Span:
        """The span in the words of the latent space."""
        return Span(self.spacing, self.low, self.high)
