"""What a parameter may be, in words, for whoever has sent something else. Its JSON schema says it already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

EXPECTED = "x-expected"
"""Where a schema says in words what is allowed, because that depends on the model."""

LIMIT = "x-limit"
"""Where a schema names the setting that limits a count of rows."""

_TYPES = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "string": "text"}
_LONGEST = 80


def expected(schema: Mapping[str, Any], most_rows: int | None = None) -> str:
    """What `schema` allows, such as `a whole number from 0 to 9`; `most_rows` is what the setting in LIMIT says."""
    stated = {**schema, **next((part for part in schema.get("anyOf", ()) if part["type"] != "null"), {})}
    if EXPECTED in stated:
        return str(stated[EXPECTED])
    if "enum" in stated:
        return " or ".join(stated["enum"])
    return _TYPES[stated["type"]] + _range(stated, most_rows)


def came(value: object) -> str:
    """A value as it came: text in quotes, anything else as JSON; cut off where it is long."""
    if isinstance(value, str):
        return repr(value[:_LONGEST])
    return orjson.dumps(value).decode()[:_LONGEST]


def shown(value: object) -> str:
    """A value as Python writes it; cut off where it is long."""
    text = repr(value[:_LONGEST]) if isinstance(value, str) else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _range(schema: Mapping[str, Any], most_rows: int | None) -> str:
    low, high, setting = schema.get("minimum"), schema.get("maximum"), schema.get(LIMIT)
    if setting is not None:
        high = f"{'the limit' if most_rows is None else f'{most_rows}, the limit'} that {setting} sets"
    words = "" if low is None else f" from {low:g}"
    return words if high is None else f"{words} to {high}"
