"""The JSON Schemas of the OpenAPI description: of the fields of bodies and answers, and of query parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from latentd.question import Parameters

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/{model}"

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
    "Bytes": {"type": "string", "format": "binary", "examples": ["bytes: the description leads to an example"]},
    "Text": {"type": "string"},
    "Description": {"description": "A model's manifest, and all its `versions`.", "type": "object"},
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
    "indices": {"type": "array", "items": {"type": "integer"}},
}


def object_schema(example: Mapping[str, Any], optional: Sequence[str] = ()) -> Schema:
    """An object with the fields of the example, and `optional` ones that may be there."""
    array = {"$ref": "#/components/schemas/Array"}
    return {
        "type": "object",
        "required": [name for name in example if name not in optional],
        "properties": {name: _FIELDS.get(name, array) for name in (*example, *optional)},
    }


def parameters_of(kind: type[Parameters], asked: Parameters | None = None) -> list[Schema]:
    """The query parameters, those that are `asked` for with an example."""
    schema = kind.model_json_schema()
    required = schema.get("required", ())
    examples = {} if asked is None else asked.model_dump(mode="json", by_alias=True, exclude_unset=True)
    parameters = [_parameter(name, about, name in required) for name, about in schema["properties"].items()]
    return [{**each, "example": examples[each["name"]]} if each["name"] in examples else each for each in parameters]


def asks(kind: type[Parameters], *parts: str) -> Schema:
    """What is added to the description of a route of FastAPI's: the `parts` of its path, and its query."""
    text = {"type": "string"}
    in_path = [{"name": name, "in": "path", "required": True, "schema": text} for name in parts]
    return {"parameters": [*in_path, *parameters_of(kind)]}


def gives(component: str, *media_types: str) -> dict[int | str, dict[str, Any]]:
    """The answer of a route of FastAPI's in its description, in each of the media types."""
    schema = {"$ref": REFERENCE.format(model=component)}
    return {200: {"description": "The answer.", "content": {name: {"schema": schema} for name in media_types}}}


def schemas_of(*kinds: type[BaseModel]) -> dict[str, Schema]:
    """The components that describe these documents as they are sent."""
    _, found = models_json_schema([(kind, "serialization") for kind in kinds], ref_template=REFERENCE)
    components: dict[str, Schema] = found["$defs"]
    return components


def _parameter(name: str, stated: Schema, required: bool) -> Schema:
    schema = _without_null(stated)
    described = {
        "name": name,
        "in": "query",
        "required": required,
        "description": schema.pop("description"),
        "schema": schema,
    }
    return {**described, "style": "form", "explode": False} if schema.get("type") == "array" else described


def _without_null(stated: Schema) -> Schema:
    """A parameter that need not be sent is left out: nobody can send null in a query."""
    value = next((part for part in stated.get("anyOf", ()) if part["type"] != "null"), None)
    if value is None:
        return {**stated}
    return {**{name: about for name, about in stated.items() if name not in ("anyOf", "default")}, **value}
