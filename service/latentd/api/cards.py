"""GET /models/{name}/card and /architecture.svg: a model as a page and as a drawing."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from fastapi import APIRouter, Response

from latentd.api.dependencies import NameDep, PictureDep, QuestionDep, ServiceDep
from latentd.api.documents import answer_document
from latentd.api.failures import CACHED, failures
from latentd.api.schemas import asks, gives
from latentd.errors import PathNotFoundError
from latentd.inference import Registry
from latentd.question import VersionQuery

HTML = "text/html"
SVG = "image/svg+xml"
PICTURE_TYPES = {".png": "image/png", ".svg": SVG}

router = APIRouter(tags=["models"], responses={304: CACHED, **failures("/models/mnist/card", 404, 406, 422, 503)})


@router.get(
    "/models/{name}/card",
    summary="Show the model card",
    response_class=Response,
    responses=gives("Text", HTML),
    openapi_extra=asks(VersionQuery, "name"),
)
async def show_card(name: NameDep, question: QuestionDep, service: ServiceDep) -> Response:
    """The model card as a page, with its pictures."""
    from latentd.api.card_page import write_page

    query = question.query(VersionQuery)
    model = service.registry.get(name, query.version)
    return answer_document(question, query, model.digest, f"{HTML}; charset=utf-8", lambda: write_page(model))


@router.get(
    "/models/{name}/card/{picture}",
    summary="Show a picture of the model card",
    response_class=Response,
    responses=gives("Bytes", *PICTURE_TYPES.values()),
    openapi_extra=asks(VersionQuery, "name", "picture"),
)
async def show_picture(name: NameDep, picture: PictureDep, question: QuestionDep, service: ServiceDep) -> Response:
    """A picture that the bundle's manifest lists; no other file is looked for."""
    query = question.query(VersionQuery)
    model = service.registry.get(name, query.version)
    media_type = PICTURE_TYPES.get(PurePosixPath(picture).suffix)
    if media_type is None or picture not in model.documents:
        raise PathNotFoundError(f"the card of model {name!r} has no picture {picture!r}")
    return answer_document(question, query, model.digest, media_type, lambda: model.documents[picture])


@router.get(
    "/models/{name}/architecture.svg",
    summary="Draw the architecture",
    response_class=Response,
    responses=gives("Text", SVG),
    openapi_extra=asks(VersionQuery, "name"),
)
async def show_architecture(name: NameDep, question: QuestionDep, service: ServiceDep) -> Response:
    """The layers with their shapes and parameter counts."""
    from latentd.api.architecture import draw_architecture

    query = question.query(VersionQuery)
    model = service.registry.get(name, query.version)
    return answer_document(question, query, model.digest, SVG, lambda: draw_architecture(model.manifest).encode())


def examples(registry: Registry) -> dict[str, dict[str, Any]]:
    """What these GETs answer with the default model; of pictures, the first of each type that a model has."""
    from latentd.api.architecture import draw_architecture
    from latentd.api.card_page import write_page

    model = registry.get()
    found = {kind: each for kind in PICTURE_TYPES if (each := _first_picture(registry, kind))}
    return {
        "/models/{name}/card": {HTML: {"example": write_page(model).decode()}},
        "/models/{name}/card/{picture}": {PICTURE_TYPES[kind]: {"examples": each} for kind, each in found.items()},
        "/models/{name}/architecture.svg": {SVG: {"example": draw_architecture(model.manifest)}},
    }


def _first_picture(registry: Registry, kind: str) -> dict[str, dict[str, str]]:
    for model in (registry.get(), *registry):
        for file in sorted(model.documents):
            if PurePosixPath(file).suffix == kind:
                name, version = model.manifest.name, model.manifest.version
                address = f"models/{name}/card/{file}?version={version}"
                described = {"summary": f"{file} of {name}", "description": f"![{file}]({address})"}
                return {"example": {**described, "externalValue": address}}
    return {}
