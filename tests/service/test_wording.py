"""What a schema allows, in words."""

from __future__ import annotations

from typing import Any

import pytest

from latentd.wording import came, expected

WORDS: list[tuple[dict[str, Any], str]] = [
    ({"type": "integer"}, "a whole number"),
    ({"type": "integer", "minimum": 0}, "a whole number from 0"),
    ({"type": "integer", "minimum": 0, "maximum": 2**63 - 1}, f"a whole number from 0 to {2**63 - 1}"),
    ({"type": "number", "minimum": 0, "maximum": 100}, "a number from 0 to 100"),
    ({"type": "number", "minimum": 0.0, "maximum": 0.5}, "a number from 0 to 0.5"),
    ({"type": "boolean"}, "true or false"),
    ({"type": "string"}, "text"),
    ({"type": "string", "enum": ["pad", "center"]}, "pad or center"),
    ({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}, "a whole number from 1"),
    ({"anyOf": [{"type": "null"}, {"type": "array", "x-expected": "two of them"}]}, "two of them"),
    ({"type": "array", "x-expected": "a list"}, "a list"),
]


@pytest.mark.parametrize(("schema", "words"), WORDS)
def test_a_schema_says_what_it_allows(schema: dict[str, Any], words: str) -> None:
    assert expected(schema) == words


@pytest.mark.parametrize(("most", "words"), [(8, "8, the limit that LIMIT sets"), (None, "the limit that LIMIT sets")])
def test_a_count_of_rows_is_limited_by_a_setting(most: int | None, words: str) -> None:
    schema = {"type": "integer", "minimum": 1, "x-limit": "LIMIT"}
    assert expected(schema, most) == f"a whole number from 1 to {words}"


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "'a'"), ("", "''"), (0, "0"), (None, "null"), ([1, 2], "[1,2]"), ("x" * 99, f"'{'x' * 80}'")],
)
def test_what_came_is_quoted_as_it_came(value: object, text: str) -> None:
    assert came(value) == text


def test_a_long_list_is_cut_off() -> None:
    assert len(came([0] * 1000)) == 80
