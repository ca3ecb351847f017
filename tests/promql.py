"""What a PromQL query asks for, as far as the tests need to know."""

from __future__ import annotations

import re

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
RANGE = re.compile(r"\[[^\]]*\]")
GROUPING = re.compile(r"\b(?:by|on|without|ignoring|group_left|group_right)\s*\(([^)]*)\)")
METRIC = re.compile(r"\b([a-zA-Z_]\w*)\b(?!\s*\()(?:\{([^}]*)\})?")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
WORDS = {"and", "or", "unless", "bool", "offset"}


def metrics(query: str) -> dict[str, set[str]]:
    """The metrics that a query names, whether there are any or not, each with the labels that it selects."""
    found: dict[str, set[str]] = {}
    bare = GROUPING.sub(" ", RANGE.sub("", STRING.sub("", query)))
    for name, selectors in METRIC.findall(bare):
        if name not in WORDS:
            found.setdefault(name, set()).update(LABEL.findall(selectors))
    return found


def groupings(query: str) -> set[str]:
    """The labels that a query groups or joins by."""
    found = GROUPING.findall(STRING.sub("", query))
    return {label.strip() for labels in found for label in labels.split(",") if label.strip()}
