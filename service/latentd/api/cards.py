"""GET /models/{name}/card and /architecture.svg: a model as a page and as a drawing."""

from __future__ import annotations

from html import escape
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Query as QueryParameter
from markdown_it import MarkdownIt
from markdown_it.token import Token

from latentd.api.architecture import draw_architecture
from latentd.api.dependencies import ServiceDep
from latentd.api.openapi import CACHED, failures
from latentd.api.views import caching_headers, is_known
from latentd.bundle.manifest import CARD_FILE
from latentd.errors import PathNotFoundError
from latentd.inference import Autoencoder
from latentd.question import Query, Question

PAGE = Path(__file__).parent / "pages" / "card.html"
HTML = "text/html"
PICTURE_TYPES = {".png": "image/png", ".svg": "image/svg+xml"}

Version = Annotated[int | None, QueryParameter(ge=1)]

router = APIRouter(tags=["models"], responses={304: CACHED, **failures(404, 422, 503)})


def _gives(*media_types: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": {"type": "string"}} for media_type in media_types}}}


@router.get("/models/{name}/card", summary="Show the model card", response_class=Response, responses=_gives(HTML))
async def show_card(request: Request, name: str, service: ServiceDep, version: Version = None) -> Response:
    """The model card as a page, with its pictures."""
    model = service.registry.get(name, version)
    text = model.documents[CARD_FILE].decode("utf-8", "replace")
    page = (
        PAGE.read_text("utf-8").replace("{title}", escape(f"{name}: model card")).replace("{card}", render(text, model))
    )
    return _answer(request, model, page.encode(), f"{HTML}; charset=utf-8")


@router.get(
    "/models/{name}/card/{picture}",
    summary="Show a picture of the model card",
    response_class=Response,
    responses=_gives(*PICTURE_TYPES.values()),
)
async def show_picture(
    request: Request, name: str, picture: str, service: ServiceDep, version: Version = None
) -> Response:
    """A picture that the bundle's manifest lists; no other file is looked for."""
    model = service.registry.get(name, version)
    media_type = PICTURE_TYPES.get(PurePosixPath(picture).suffix)
    if media_type is None or picture not in model.documents:
        raise PathNotFoundError(f"the card of model {name!r} has no picture {picture!r}")
    return _answer(request, model, model.documents[picture], media_type)


@router.get(
    "/models/{name}/architecture.svg",
    summary="Draw the architecture",
    response_class=Response,
    responses=_gives(PICTURE_TYPES[".svg"]),
)
async def show_architecture(request: Request, name: str, service: ServiceDep, version: Version = None) -> Response:
    """The layers with their shapes and parameter counts."""
    model = service.registry.get(name, version)
    return _answer(request, model, draw_architecture(model.manifest).encode(), PICTURE_TYPES[".svg"])


def render(text: str, model: Autoencoder) -> str:
    """Markdown as HTML; markup in it is shown, not obeyed, and pictures are the bundle's own."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                _point_to_bundle(child, model)
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _point_to_bundle(image: Token, model: Autoencoder) -> None:
    file = str(image.attrs.get("src", ""))
    image.attrs["src"] = f"card/{file}?version={model.manifest.version}" if file in model.documents else ""


def _answer(request: Request, model: Autoencoder, body: bytes, media_type: str) -> Response:
    headers = caching_headers(model, request.url.path, Query(), media_type)
    named: dict[str, Any] = {name.decode(): value.decode() for name, value in headers}
    if is_known(Question(request.scope, request.receive), headers):
        return Response(status_code=304, headers=named)
    return Response(body, headers=named, media_type=media_type)
