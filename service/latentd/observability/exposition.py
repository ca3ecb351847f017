"""Metrics in Prometheus' words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from prometheus_client.core import CollectorRegistry, CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from latentd.observability.metrics import Family, Labels, Sample

MEDIA_TYPE = CONTENT_TYPE_LATEST


def expose(families: Iterable[Family]) -> bytes:
    """The families in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Families(families))
    return generate_latest(registry)


class _Families(Collector):
    def __init__(self, families: Iterable[Family]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        return map(_metric, self._families)


def _metric(family: Family) -> Metric:
    if family.kind == "histogram":
        histograms = HistogramMetricFamily(family.name, family.documentation, labels=family.labels)
        for labels, (bounds, counts, total) in _histograms_in(family.samples):
            names = [*map(str, bounds), "+Inf"]
            histograms.add_metric(labels, list(zip(names, accumulate(counts), strict=True)), total)
        return histograms
    kind = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
    metric = kind(family.name, family.documentation, labels=family.labels)
    for labels, sample in family.samples.items():
        assert not isinstance(sample, Sequence), "samples of one name are alike"
        metric.add_metric(labels, sample)
    return metric


def _histograms_in(samples: Mapping[Labels, Sample]) -> Iterator[tuple[Labels, tuple[Any, Any, Any]]]:
    for labels, sample in samples.items():
        assert isinstance(sample, Sequence), "samples of one name are alike"
        yield labels, (sample[0], sample[1], sample[2])
