"""The series that Prometheus gets, with their labels; tests/container looks at those that it has got."""

from __future__ import annotations

from latentd.inference import Registry
from latentd.service import Service
from latentd.settings import Settings
from promql import groupings, metrics

TARGET = {"job", "instance"}  # what Prometheus adds to each series
OTHERS = {  # HAProxy's, as far as they are asked for, and Prometheus' own
    "haproxy_backend_active_servers": {"proxy"},
    "haproxy_backend_http_responses_total": {"proxy", "code"},
    "haproxy_backend_redispatch_warnings_total": {"proxy"},
    "haproxy_backend_retry_warnings_total": {"proxy"},
    "haproxy_server_http_responses_total": {"proxy", "server", "code"},
    "up": set[str](),
    "ALERTS": {"alertname", "alertstate", "severity"},
}
ENDINGS = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


def series(registry: Registry) -> dict[str, set[str]]:
    """Each series' name, with its labels."""
    told = {
        family.name + ending: {*family.labels, *(["le"] if ending == "_bucket" else [])}
        for family in Service(Settings(), registry).metrics()
        for ending in ENDINGS[family.kind]
    }
    return {name: labels | TARGET for name, labels in {**told, **OTHERS}.items()}


def unknown(query: str, known: dict[str, set[str]]) -> set[str]:
    """What a query names and is not there: metrics, their labels as `metric{label}`, and groupings as `by (label)`."""
    asked = metrics(query)
    labels = {f"{name}{{{label}}}" for name in asked for label in asked[name] - known.get(name, set())}
    all_labels = set().union(*(known.get(name, set()) for name in asked))
    return (asked.keys() - known.keys()) | labels | {f"by ({label})" for label in groupings(query) - all_labels}
