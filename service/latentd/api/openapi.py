"""The OpenAPI description of the routes that FastAPI cannot see into: those whose bodies or answers are arrays.

It is read off their operations; the examples are the default model's real answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.routing import BaseRoute, Route

from latentd.endpoint import Endpoint, Fields, Operation
from latentd.inference import Autoencoder
from latentd.problems import MEDIA_TYPE as PROBLEM_TYPE
from latentd.problems import PROBLEMS
from latentd.question import Query
from latentd.wire import json_body

Schema = dict[str, Any]

_NUMBERS: Schema = {"anyOf": [{"type": "number"}, {"type": "array"}]}

COMPONENTS: dict[str, Schema] = {
    "Array": {
        "description": "A vector, or an array of vectors (or pictures, in inputs) of whatever leading shape.",
        "type": "array",
        "items": _NUMBERS,
    },
    "RowNumbers": {"description": "One number for each row, in the leading shape of the input.", **_NUMBERS},
    "RowFlags": {
        "description": "Is the percentile above the threshold? One for each row; only with `threshold`.",
        "anyOf": [{"type": "boolean"}, {"type": "array"}],
    },
    "Bytes": {"type": "string", "format": "binary"},
    "Problem": {
        "description": "RFC 9457. `type` leads to an explanation on the page /docs.",
        "type": "object",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            **{name: {"type": "string"} for name in ("type", "title", "detail", "instance")},
            "status": {"type": "integer"},
            "errors": {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}},
        },
    },
}

# Fields of answers by name; all the others are arrays.
_FIELDS: dict[str, Schema] = {
    **{name: {"type": "string"} for name in ("model", "method", "source")},
    **{name: {"type": "integer"} for name in ("version", "seed", "dim", "steps")},
    **{name: {"$ref": "#/components/schemas/RowNumbers"} for name in ("errors", "percentiles")},
    "active": {"type": "boolean"},
    "anomalous": {"$ref": "#/components/schemas/RowFlags"},
    "traversals": {"type": "array", "items": {"type": "object"}},
    "labels": {"type": ["array", "null"], "items": {"type": "integer"}},
}
_OPTIONAL: dict[str, tuple[str, ...]] = {"/encode": ("logvar", "seed"), "/reconstruct": ("anomalous",)}
CACHED: Schema = {"description": "You have this answer already (If-None-Match)."}


def array_paths(routes: Iterable[BaseRoute], model: Autoencoder) -> dict[str, Schema]:
    """The path items of all routes whose endpoint is an Endpoint."""
    return {
        route.path: {
            method.lower(): _operation(route.path, method, operation, model)
            for method, operation in route.endpoint.operations.items()
        }
        for route in routes
        if isinstance(route, Route) and isinstance(route.endpoint, Endpoint)
    }


def _operation(path: str, method: str, operation: Operation, model: Autoencoder) -> Schema:
    summary, _, rest = (operation.handler.__doc__ or "").partition("\n")
    named = {"model": model.manifest.name, "version": model.manifest.version, **operation.answer(model)}
    answer = {
        "description": "The answer, in the media type that Accept asks for.",
        "content": _content(operation.media_types, named, _OPTIONAL.get(path, ())),
    }
    described: Schema = {
        "operationId": operation.handler.__name__,
        "summary": summary.strip().removesuffix("."),
        "description": rest.strip() or summary.strip(),
        "tags": ["codes" if path in ("/encode", "/decode", "/reconstruct") else "latent space"],
        "parameters": _parameters(operation.query, operation.asked(model)),
        "responses": {"200": answer, **_others(method)},
    }
    if operation.body is not None:
        body = operation.body(model)
        content = _content(operation.body_types, body, tuple(body)[1:])
        content[json_body.MEDIA_TYPE]["schema"]["additionalProperties"] = False
        described["requestBody"] = {"required": True, "content": content}
    return described


def _others(method: str) -> dict[str, Schema]:
    """What may be answered instead, to a question or to a body."""
    if method == "GET":
        return {"304": CACHED, **{str(status): schema for status, schema in failures(404, 406, 413, 422, 503).items()}}
    return {str(status): schema for status, schema in failures().items()}


def _content(media_types: Iterable[str], example: Fields, optional: tuple[str, ...]) -> Schema:
    as_json = {"schema": _object(example, optional), "example": json_body.read_any(json_body.write(example))}
    as_bytes = {"schema": {"$ref": "#/components/schemas/Bytes"}}
    return {name: as_json if name == json_body.MEDIA_TYPE else as_bytes for name in media_types}


def _object(example: Mapping[str, Any], optional: tuple[str, ...]) -> Schema:
    array = {"$ref": "#/components/schemas/Array"}
    properties = {name: _FIELDS.get(name, array) for name in (*example, *optional)}
    return {
        "type": "object",
        "required": [name for name in example if name not in optional],
        "properties": properties,
    }


def failures(*statuses: int) -> dict[int | str, Schema]:
    """The answers with these statuses; without any, those that a body can lead to."""
    phrases = {problem.status.value: problem.status.phrase for problem in PROBLEMS.values()}
    chosen = statuses or sorted(phrases.keys() - {405, 500})
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": phrases[status], "content": content} for status in chosen}


def _parameters(query: type[Query], asked: Query) -> list[Schema]:
    schema = query.model_json_schema()
    required = schema.get("required", ())
    examples = asked.model_dump(mode="json", by_alias=True, exclude_unset=True)
    parameters = [_parameter(name, {**about}, name in required) for name, about in schema["properties"].items()]
    return [{**each, "example": examples[each["name"]]} if each["name"] in examples else each for each in parameters]


def _parameter(name: str, schema: Schema, required: bool) -> Schema:
    described = {
        "name": name,
        "in": "query",
        "required": required,
        "description": schema.pop("description"),
        "schema": schema,
    }
    is_list = any(part.get("type") == "array" for part in (schema, *schema.get("anyOf", ())))
    return {**described, "style": "form", "explode": False} if is_list else described
