"""Example files: what no JSON document can hold, the description leads to under /docs/examples.

`/docs/examples/<operation>/body.<ending>` is a body to try, `answer.<ending>` the operation's answer to its example.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import numpy as np
from starlette.types import Message

from latentd.answer import Answer
from latentd.api.operations import Place
from latentd.api.result import drawable, shows_pictures
from latentd.endpoint import Operation
from latentd.errors import PathNotFoundError
from latentd.inference import Autoencoder, Registry
from latentd.question import Query, Question
from latentd.service import Service
from latentd.wire import json_body, npy_body, raw_body
from latentd.wire.picture_formats import FORMATS

FOLDER = "docs/examples"
ENDINGS = {
    raw_body.MEDIA_TYPE: "f32",
    npy_body.MEDIA_TYPE: "npy",
    **{media_type: name.lower() for media_type, name in FORMATS.items()},
}
_MEDIA_TYPES = {ending: media_type for media_type, ending in ENDINGS.items()}


def model_for(registry: Registry, operation: Operation, media_type: str = "") -> Autoencoder | None:
    """The default model where it suits the operation and has that media type, else the first that does, if any."""
    models = (model for model in (registry.get(), *registry) if operation.suits(model))
    return next((model for model in models if media_type not in FORMATS or shows_pictures(model.manifest)), None)


def link(operation: str, part: str, media_type: str, model: Autoencoder) -> dict[str, str]:
    """An OpenAPI Example Object; its address is relative, so that it is true wherever the app is mounted."""
    name = f"{part}.{ENDINGS[media_type]}"
    address = f"{FOLDER}/{operation}/{name}"
    source = f"{model.manifest.name}/{model.manifest.version}"
    shown = "!" if part == "answer" and media_type in FORMATS else ""
    return {
        "summary": f"{name}, for {source}",
        "description": f"{shown}[{name}]({address}), for the model {source}",
        "externalValue": address,
    }


async def example_file(place: Place, name: str, service: Service) -> Answer:
    """The body or the answer that a `link` leads to. Raises PathNotFoundError where none does."""
    part, _, ending = name.partition(".")
    media_type = _MEDIA_TYPES.get(ending, "")
    offered = {"body": place.operation.body_types, "answer": place.operation.media_types}.get(part, ())
    model = model_for(service.registry, place.operation, media_type)
    if media_type not in offered or model is None:
        raise PathNotFoundError(f"the operation {place.name!r} has no example {name!r}")
    if part == "body":
        return Answer(_write_body(place, media_type, model), media_type)
    return await _ask(place, media_type, model, service)


def _write_body(place: Place, media_type: str, model: Autoencoder) -> bytes:
    """What the JSON example holds, without the options beside it."""
    assert place.operation.body is not None, "the media type is one of a body"
    array = np.asarray(next(iter(place.operation.body(model).values())))
    if media_type in FORMATS:
        from latentd.wire import drawing

        return drawing.write_plain(drawable(model, array), FORMATS[media_type])
    return raw_body.write(array) if media_type == raw_body.MEDIA_TYPE else npy_body.write(array)


async def _ask(place: Place, media_type: str, model: Autoencoder, service: Service) -> Answer:
    """The operation's own answer to its example."""
    operation = place.operation
    body = b"" if operation.body is None else json_body.write(operation.body(model))

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    scope: dict[str, Any] = {
        "type": "http",
        "method": place.method,
        "path": place.path,
        "headers": [(b"accept", media_type.encode())],
        "query_string": _as_text(operation.asked(model), model).encode(),
    }
    return await operation.handler(Question(scope, receive), service)


def _as_text(asked: Query, model: Autoencoder) -> str:
    given = asked.model_dump(mode="json", by_alias=True, exclude_unset=True)
    named = {"model": model.manifest.name, "version": model.manifest.version, **given}
    return urlencode(
        {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in named.items()}
    )
