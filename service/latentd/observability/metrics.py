"""What there is to tell of the statistics, made when it is asked for: of one worker, or of all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from latentd.http1.room import Room
from latentd.inference import Autoencoder
from latentd.inference.backlog import Backlog
from latentd.observability.statistics import NANOSECONDS, Histogram, Statistics

Labels = tuple[str, ...]
Sample = float | Sequence[Any]
"""A number, or a histogram: its bounds, its counts and its sum."""
HELD_OUT_LEVELS = (0.5, 0.9, 0.99)


@dataclass(frozen=True, slots=True)
class Family:
    """Samples of one name, by the values of their labels. What it holds can be written as JSON."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    documentation: str
    labels: Labels
    samples: dict[Labels, Sample]
    adds_up: bool = True
    """Of several workers: is it their sum? Else it is the largest."""


def families_of(statistics: Statistics, models: Iterable[Autoencoder], backlog: Backlog, room: Room) -> list[Family]:
    """What this worker has to tell."""
    served = list(models)
    graphs = {
        (model, str(version), graph): each.settled() for (model, version, graph), each in statistics.graphs.items()
    }
    return [
        Family(
            "latentd_requests", "counter", "Answers", ("route", "model", "status"),
            {(route, model, str(status)): count for (route, model, status), count in statistics.requests.items()},
        ),
        Family(
            "latentd_phase_seconds", "histogram", "How long the phases of answered requests took",
            ("model", "version", "graph", "phase"),
            {(*key, phase): _seconds(each.phases[phase]) for key, each in graphs.items() for phase in each.phases},
        ),
        Family(
            "latentd_request_rows", "histogram", "Rows in a request", ("model", "version", "graph"),
            {key: _histogram(each.rows) for key, each in graphs.items()},
        ),
        Family(
            "latentd_reconstruction_error", "histogram",
            "Mean squared error of each row, counted between quantiles of the held-out set's", ("model", "version"),
            {(model, str(version)): _histogram(each) for (model, version), each in statistics.errors.items()},
        ),
        Family(
            "latentd_model_load_seconds", "gauge", "How long it took to load and warm a model that is served",
            ("model", "version"),
            {(model.manifest.name, str(model.manifest.version)): model.load_seconds for model in served}, adds_up=False,
        ),
        Family(
            "latentd_held_out_error", "gauge", "The held-out set's reconstruction errors, to compare with those above",
            ("model", "version", "quantile"),
            {key: error for model in served for key, error in _held_out_errors(model)}, adds_up=False,
        ),
        Family(
            "latentd_refused", "counter", "Requests refused because too much was waiting", ("route",),
            {(route,): count for route, count in statistics.refused.items()},
        ),
        Family("latentd_queue_requests", "gauge", "Requests that wait for a thread or a run, or are in it", (),
               {(): backlog.requests}),
        Family("latentd_queue_rows", "gauge", "Rows of these requests", (), {(): backlog.rows}),
        Family("latentd_queue_seconds", "gauge", "What they are expected to take", (), {(): backlog.seconds}),
        Family("latentd_held_bytes", "gauge", "Bodies and answers held for clients that are slow with them", (),
               {(): room.held}),
    ]  # fmt: skip


def _held_out_errors(model: Autoencoder) -> Iterator[tuple[Labels, float]]:
    errors = model.manifest.held_out.error_quantiles
    for level in HELD_OUT_LEVELS:
        error = errors[round(level * (len(errors) - 1))]
        yield (model.manifest.name, str(model.manifest.version), str(level)), error


def _histogram(histogram: Histogram, unit: float = 1) -> Sample:
    return [[bound / unit for bound in histogram.bounds], histogram.counts, histogram.total / unit]


def _seconds(histogram: Histogram) -> Sample:
    return _histogram(histogram, NANOSECONDS)


def add_up(workers: Iterable[Sequence[Family]]) -> list[Family]:
    """The families of several workers as one; of what does not add up, such as a duration, the largest."""
    totals: dict[str, Family] = {}
    for family in (family for families in workers for family in families):
        known = totals.setdefault(family.name, replace(family, samples={}))
        for labels, sample in family.samples.items():
            other = known.samples.get(labels)
            known.samples[labels] = sample if other is None else _add(other, sample, adds_up=family.adds_up)
    return list(totals.values())


def _add(one: Sample, other: Sample, *, adds_up: bool) -> Sample:
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        if one[0] != other[0]:  # a model whose held-out errors changed without its version: count the newer one
            return other
        return [one[0], [a + b for a, b in zip(one[1], other[1], strict=True)], one[2] + other[2]]
    assert not isinstance(one, Sequence), "samples of one name are alike"
    assert not isinstance(other, Sequence), "samples of one name are alike"
    return one + other if adds_up else max(one, other)
