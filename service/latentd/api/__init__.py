"""The native face: one small module per resource.

Where bodies or answers are arrays, its routes are plain ASGI endpoints (`operations.routes`); elsewhere they are
FastAPI's (`router`).
"""

from typing import Any

from fastapi import APIRouter

from latentd.api import cards, docs, health, metrics, models
from latentd.api.operations import routes
from latentd.inference import Registry

router = APIRouter()
for resource in (models, cards, health, metrics, docs):
    router.include_router(resource.router)

__all__ = ["examples", "router", "routes"]


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
