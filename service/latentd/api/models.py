"""GET /models: what is served."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from latentd.api.dependencies import ServiceDep
from latentd.api.openapi import failures
from latentd.bundle import Manifest
from latentd.bundle.manifest import Metric, ValueRange
from latentd.inference import Registry

router = APIRouter(tags=["models"], responses=failures(503))


class ModelSummary(BaseModel):
    """One model, in its highest version."""

    name: str
    version: int
    versions: list[int]
    kind: str
    description: str
    input_dim: int
    latent_dim: int
    picture_shape: tuple[int, ...] | None
    value_range: ValueRange | None
    parameters: int
    metrics: tuple[Metric, ...]

    @classmethod
    def of(cls, manifest: Manifest, versions: list[int]) -> ModelSummary:
        """The parts of a manifest that a list shows."""
        shared = {field: getattr(manifest, field) for field in cls.model_fields if field != "versions"}
        return cls(**shared, versions=versions)


class ModelList(BaseModel):
    """Every model, and the one that answers when none is named."""

    default: str
    models: list[ModelSummary]

    @classmethod
    def of(cls, registry: Registry) -> ModelList:
        """Every model that is served."""
        summaries = [ModelSummary.of(registry.get(name).manifest, registry.versions(name)) for name in registry.names]
        return cls(default=registry.default_name, models=summaries)


def describe(registry: Registry, name: str, version: int | None = None) -> dict[str, Any]:
    """The manifest of a model, with all its `versions`."""
    manifest = registry.get(name, version).manifest
    return {**manifest.model_dump(mode="json"), "versions": registry.versions(name)}


@router.get("/models", summary="List the models")
async def list_models(service: ServiceDep) -> ModelList:
    """Every model in its highest version, by name; `default` is the one that answers when a request names none."""
    return ModelList.of(service.registry)


@router.get("/models/{name}", summary="Describe a model", responses=failures(404, 422))
async def describe_model(
    name: str, service: ServiceDep, version: Annotated[int | None, Query(ge=1)] = None
) -> dict[str, Any]:
    """The manifest of a model (kind, shapes, layer table, metrics, statistics, provenance) and all its `versions`."""
    return describe(service.registry, name, version)
