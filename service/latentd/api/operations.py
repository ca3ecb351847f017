"""Every route whose bodies or answers are arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from latentd.api import coding, grid, held_out_examples, interpolate, latents, sample, traverse
from latentd.endpoint import Endpoint, Operation

_resources = (coding, grid, traverse, interpolate, sample, latents, held_out_examples)
routes = [route for resource in _resources for route in resource.routes]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation is found."""

    path: str
    method: str
    operation: Operation

    @property
    def name(self) -> str:
        """What it is called in the OpenAPI description, and in the addresses of its examples."""
        return self.operation.handler.__name__


def places() -> Iterator[Place]:
    """The operations in the order of their routes."""
    for route in routes:
        assert isinstance(route.endpoint, Endpoint), "array_route() makes no others"
        for method, operation in route.endpoint.operations.items():
            yield Place(route.path, method, operation)
