"""What a PromQL query asks for, as far as the tests need to know."""

from __future__ import annotations

import re

METRIC = re.compile(r"\b((?:latentd|haproxy)_\w+|up|ALERTS)\b(?:\{([^}]*)\})?")
GROUPING = re.compile(r"\b(?:by|on) \(([^)]*)\)")
LABEL = re.compile(r"(\w+)\s*[=!]~?\s*\"")


def metrics(query: str) -> dict[str, set[str]]:
    """The metrics that a query names, each with the labels that it selects."""
    found: dict[str, set[str]] = {}
    for name, selectors in METRIC.findall(query):
        found.setdefault(name, set()).update(LABEL.findall(selectors))
    return found


def groupings(query: str) -> set[str]:
    """The labels that a query groups or joins by."""
    return {label.strip() for labels in GROUPING.findall(query) for label in labels.split(",") if label.strip()}
