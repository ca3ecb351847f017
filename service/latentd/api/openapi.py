"""The OpenAPI description of the routes that FastAPI cannot see into: those whose bodies or answers are arrays.

It is read off their operations; the examples are the real answers of the models that are served.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from latentd.api.examples import link, model_for
from latentd.api.failures import CACHED, failures
from latentd.api.operations import Place
from latentd.api.schemas import Schema, object_schema, parameters_of
from latentd.endpoint import Fields
from latentd.inference import Autoencoder, Registry
from latentd.wire import csv_body, json_body

_OPTIONAL: dict[str, tuple[str, ...]] = {
    "/encode": ("logvar", "seed"),
    "/reconstruct": ("anomalous",),
    "/examples": ("inputs",),
    "/latents": ("latents",),
}
_CODES = ("/encode", "/decode", "/reconstruct")


def array_paths(places: Iterable[Place], registry: Registry) -> dict[str, Schema]:
    """The path items of these operations, but for those that suit no model here."""
    paths: dict[str, Schema] = {}
    for place in places:
        if model := model_for(registry, place.operation):
            paths.setdefault(place.path, {})[place.method.lower()] = _operation(place, registry, model)
    return paths


def _operation(place: Place, registry: Registry, model: Autoencoder) -> Schema:
    operation = place.operation
    asked = operation.asked(model)
    if model is not registry.get():
        asked = asked.model_copy(update={"model": model.manifest.name})
    summary, _, rest = (operation.handler.__doc__ or "").partition("\n")
    answer = {"model": model.manifest.name, "version": model.manifest.version, **operation.answer(model)}
    described: Schema = {
        "operationId": place.name,
        "summary": summary.strip().removesuffix("."),
        "description": rest.strip() or summary.strip(),
        "tags": ["codes" if place.path in _CODES else "latent space"],
        "parameters": parameters_of(operation.query, asked),
        "responses": {
            "200": {
                "description": "The answer, in the media type that Accept asks for.",
                "content": _content(place, "answer", answer, _OPTIONAL.get(place.path, ()), registry),
            },
            **_others(place),
        },
    }
    if operation.body is not None:
        body = operation.body(model)
        content = _content(place, "body", body, tuple(body)[1:], registry)
        content[json_body.MEDIA_TYPE]["schema"]["additionalProperties"] = False
        described["requestBody"] = {"required": True, "content": content}
        described["description"] += "\n\nFiles to try as the body: " + ", ".join(_links(content)) + "."
    return described


def _others(place: Place) -> dict[str, Schema]:
    """What may be answered instead, to a question or to a body."""
    if place.method == "GET":
        answers = {304: CACHED, **failures(place.path, 404, 406, 413, 422, 503)}
    else:
        answers = failures(place.path)
    return {str(status): answer for status, answer in answers.items()}


def _content(place: Place, part: str, example: Fields, optional: tuple[str, ...], registry: Registry) -> Schema:
    """The media types of a body or of an answer, but for those that no model here can take or give."""
    operation = place.operation
    content: Schema = {}
    for media_type in operation.body_types if part == "body" else operation.media_types:
        if media_type == json_body.MEDIA_TYPE:
            plain = json_body.read_any(json_body.write(example))
            content[media_type] = {"schema": object_schema(example, optional), "example": plain}
        elif media_type == csv_body.MEDIA_TYPE:
            text = csv_body.write(example["latents"], example["labels"]).decode()
            content[media_type] = {"schema": {"$ref": "#/components/schemas/Text"}, "example": text}
        elif model := model_for(registry, operation, media_type):
            example_file = {"example": link(place.name, part, media_type, model)}
            content[media_type] = {"schema": {"$ref": "#/components/schemas/Bytes"}, "examples": example_file}
    return content


def _links(content: Schema) -> Iterator[str]:
    for media_type, about in content.items():
        for example in about.get("examples", {}).values():
            yield f"[{media_type}]({example['externalValue']})"
