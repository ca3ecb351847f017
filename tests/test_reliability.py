"""docs/reliability.md: each promise names tests, and each test that is named is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
GUIDE = (REPOSITORY / "docs" / "reliability.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/.-]+\.py)::([\w:]+)(?:\[[^`]*\])?`")
RULE = re.compile(r"\|[-|: ]+")


def promises() -> Iterator[str]:
    """Every row of every table, without heads and rules."""
    lines = GUIDE.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("|") and not RULE.fullmatch(line) and not RULE.fullmatch(following):
            yield line


@cache
def names_in(path: str) -> set[str]:
    """The names of a module's tests, those of its classes with the class before them."""
    body = ast.parse((REPOSITORY / path).read_text("utf-8")).body
    of_classes = {
        f"{part.name}::{name}" for part in body if isinstance(part, ast.ClassDef) for name in functions(part.body)
    }
    return {name for name in functions(body) | of_classes if name.rsplit("::", 1)[-1].startswith("test_")}


def functions(body: list[ast.stmt]) -> set[str]:
    return {part.name for part in body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_it_promises_something() -> None:
    assert list(promises())


@pytest.mark.parametrize("row", list(promises()), ids=lambda row: row.split("|")[1].strip()[:60])
def test_a_promise_names_tests_that_are_there(row: str) -> None:
    named = NAMED.findall(row)
    assert len(named) == row.count("`tests/") > 0
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []
