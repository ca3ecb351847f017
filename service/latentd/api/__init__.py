"""The native face: one small module per resource.

Where bodies or answers are arrays, its routes are plain ASGI endpoints (`operations.routes`); elsewhere they are
FastAPI's, each as its resource's router has made it: an app that includes a router makes all of its routes again.
"""

from typing import Any

from latentd.api import cards, docs, health, metrics, models, operations
from latentd.api.schemas import COMPONENTS, Schema, schemas_of
from latentd.inference import Registry

DOCUMENTS = (models, cards, health, metrics, docs)

routes = [*operations.routes, *(route for resource in DOCUMENTS for route in resource.router.routes)]

__all__ = ["examples", "routes", "schemas"]


def schemas() -> dict[str, Schema]:
    """The components of the description: of fields, and of the documents that FastAPI's routes give."""
    return {**COMPONENTS, **schemas_of(models.ModelList, health.Live, health.Ready)}


def examples(registry: Registry) -> dict[str, dict[str, Any]]:
    """What each GET that FastAPI describes answers with these models, by path and media type."""
    answers = {
        "/models": models.ModelList.of(registry).model_dump(mode="json"),
        "/models/{name}": models.describe(registry, registry.default_name),
        "/health/live": health.Live().model_dump(),
        "/health/ready": health.Ready(models=registry.names).model_dump(),
    }
    return {
        **{path: {"application/json": {"example": answer}} for path, answer in answers.items()},
        **cards.examples(registry),
    }
