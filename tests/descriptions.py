"""What is said in an OpenAPI document, found again by its tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema

POSTS = ["/encode", "/decode", "/reconstruct", "/traverse", "/interpolate"]
VIEWS = ["/grid", "/traverse", "/interpolate", "/sample", "/latents", "/examples"]


def bodies_of(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Every body of the native face: where it is described, its media type, and what is said of it."""
    for path, item in document["paths"].items():
        if path.startswith("/v2"):
            continue
        for method, operation in item.items():
            parts = {"body": operation.get("requestBody", {}), **operation["responses"]}
            for part, about in parts.items():
                for media_type, content in about.get("content", {}).items():
                    yield f"{method} {path} {part}", media_type, content


def example_query(operation: Any) -> dict[str, str]:
    """The query that the examples of the parameters make."""
    given = {each["name"]: each["example"] for each in operation["parameters"] if "example" in each}
    return {name: ",".join(map(str, value)) if isinstance(value, list) else str(value) for name, value in given.items()}


def validate(document: Any, schema: Any, value: Any) -> None:
    """Raise ValidationError unless the value fits the schema, which may refer to the document's components."""
    jsonschema.validate(value, {**schema, "components": document["components"]})
