"""GET /models: what is served."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from latentd.api.dependencies import NameDep, QuestionDep, ServiceDep
from latentd.api.documents import answer_document
from latentd.api.failures import CACHED, failures
from latentd.api.schemas import asks, gives
from latentd.bundle import Manifest
from latentd.bundle.records import Metric, ValueRange
from latentd.inference import Registry
from latentd.question import Parameters, VersionQuery
from latentd.wire import json_body

router = APIRouter(tags=["models"], responses={304: CACHED, **failures("/models", 406, 422, 503)})


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


@router.get(
    "/models",
    summary="List the models",
    response_class=Response,
    responses=gives("ModelList", json_body.MEDIA_TYPE),
)
async def list_models(question: QuestionDep, service: ServiceDep) -> Response:
    """Every model in its highest version, by name; `default` is the one that answers when a request names none."""
    query, registry = question.query(Parameters), service.registry
    source = " ".join([registry.default_name, *(model.digest for model in registry)])
    return answer_document(
        question, query, source, json_body.MEDIA_TYPE, lambda: ModelList.of(registry).model_dump_json().encode()
    )


@router.get(
    "/models/{name}",
    summary="Describe a model",
    response_class=Response,
    responses={**gives("Description", json_body.MEDIA_TYPE), **failures("/models/mnist", 404)},
    openapi_extra=asks(VersionQuery, "name"),
)
async def describe_model(name: NameDep, question: QuestionDep, service: ServiceDep) -> Response:
    """The manifest of a model (kind, shapes, layer table, metrics, statistics, provenance) and all its `versions`."""
    query = question.query(VersionQuery)
    described = describe(service.registry, name, query.version)
    source = f"{service.registry.get(name, query.version).digest} {described['versions']}"
    return answer_document(question, query, source, json_body.MEDIA_TYPE, lambda: json_body.write(described))
