"""A model as the server describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of the model card."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model: how wide its inputs and latents are, and what they mean.

    `picture_shape` is (H, W) or (C, H, W) where inputs are pictures; `value_range` is (lowest, highest) where they are
    bounded. `fields` is all that the server says of it: the whole manifest from `model()`, a part of it from
    `models()`.
    """

    name: str
    version: int
    versions: tuple[int, ...]
    kind: str
    description: str
    input_dim: int
    latent_dim: int
    picture_shape: tuple[int, ...] | None
    value_range: tuple[float, float] | None
    parameters: int
    metrics: tuple[Metric, ...]
    fields: Mapping[str, Any]

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """The model in an answer of GET /models or GET /models/{name}."""
        shape, span, layers = fields["picture_shape"], fields["value_range"], fields.get("layers", ())
        return cls(
            **{name: fields[name] for name in ("name", "version", "kind", "description", "latent_dim")},
            versions=tuple(fields["versions"]),
            input_dim=fields["input_dim"] if "input_dim" in fields else prod(fields["input_shape"]),
            picture_shape=None if shape is None else tuple(shape),
            value_range=None if span is None else (span["low"], span["high"]),
            parameters=fields.get("parameters", sum(layer["parameters"] for layer in layers)),
            metrics=tuple(Metric(each["name"], each["value"], each["unit"]) for each in fields["metrics"]),
            fields=fields,
        )

    @property
    def has_posterior(self) -> bool:
        """Does the encoder give a logvar beside the latent? Of a model from `model()`."""
        return self.fields["encoder"].get("logvar") is not None

    @property
    def query(self) -> dict[str, object]:
        """The parameters that choose this very bundle."""
        return {"model": self.name, "version": self.version}
