"""A few inputs with the exact answers that the graphs gave when they were exported."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from latentd.bundle.records import Matrix, Record


class Golden(Record):
    """`inputs` [M, D], `latents` and `logvar` [M, L], `outputs` [M, D]; replayed when a model loads.

    `tolerance` is the largest absolute difference that is still the same answer: another processor adds up in
    another order, another model is off by far more.
    """

    inputs: Matrix
    latents: Matrix
    logvar: Matrix | None
    outputs: Matrix
    tolerance: Annotated[float, Field(ge=0)]

    @model_validator(mode="after")
    def check_rows(self) -> Self:
        tables = (self.inputs, self.latents, self.outputs)
        if {len(rows) for rows in tables} != {len(self.inputs)} or not self.inputs:
            raise ValueError("inputs, latents and outputs must have the same number of rows, and at least one")
        if any(len(row) != len(rows[0]) for rows in (*tables, self.logvar or ()) for row in rows):
            raise ValueError("the rows of inputs, of latents, of logvar and of outputs must each be of one length")
        return self
