"""What lies halfway between the latents of two rows, and how much of what the rows have is kept there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.records import Metric
from latentd_export.architectures import Autoencoder
from latentd_export.datasets import Dataset, Floats
from latentd_export.evaluation import SEED, apply
from latentd_export.plausibility import Measure, build_measures

Indices = NDArray[np.intp]
Pairs = tuple[Indices, Indices]

MIDPOINTS = 5000


@dataclass(frozen=True)
class MidpointScore:
    """A measure of one model's decoded midpoints, and of its reconstructions of the rows that they lie between."""

    halfway: float
    ends: float

    @property
    def kept(self) -> float:
        """The measure halfway, as a multiple of what it is at the ends."""
        return self.halfway / self.ends if self.ends else 0.0  # of nothing, nothing is kept


@dataclass(frozen=True)
class MidpointFinding:
    """One measure of the model, of the plain autoencoder, and (`real`) of the rows themselves."""

    measure: Measure
    own: MidpointScore
    plain: MidpointScore
    real: float

    @property
    def favourable(self) -> bool:
        """Whether the model keeps more of what is good, or gets less of what is not, than the plain one."""
        return self._better(self.own.kept, self.plain.kept)

    @property
    def sentence(self) -> str:
        """How much is kept halfway, and for whom that speaks."""
        verdict = self._verdict(self.own.kept, self.plain.kept)
        return (
            f"its `{self.measure.name}` ({self.measure.better} is better) is {self.own.kept:.1%} of what its "
            f"reconstructions of those rows have, the plain one's {self.plain.kept:.1%}: **{verdict}**"
        )

    @property
    def absolute(self) -> str:
        """The measure itself, with nothing divided."""
        return (
            f"`{self.measure.name}` itself is {self.own.halfway:.4f} against the plain one's {self.plain.halfway:.4f}, "
            f"**{self._verdict(self.own.halfway, self.plain.halfway)}** (the rows themselves: {self.real:.4f})"
        )

    def _verdict(self, own: float, plain: float) -> str:
        return "better" if self._better(own, plain) else "no better"

    def _better(self, own: float, plain: float) -> bool:
        return own > plain if self.measure.better == "more" else own < plain

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The same figures for the manifest."""
        name, unit = self.measure.name, self.measure.unit
        halfway, kept, real = own_metrics(self.measure, self.own, self.real)
        same = "The same, the plain autoencoder's."
        return (
            halfway,
            Metric(name=f"plain_midpoint_{name}", value=self.plain.halfway, unit=unit, definition=same),
            kept,
            Metric(name=f"plain_midpoint_kept_{name}", value=self.plain.kept, unit="", definition=same),
            real,
        )


def own_metrics(measure: Measure, score: MidpointScore, real: float) -> tuple[Metric, Metric, Metric]:
    """The figures of one measure that need no second model."""
    name, unit = measure.name, measure.unit
    what = f"Decoded midpoints between the latents of pairs of held-out rows. {measure.definition}"
    kept = f"midpoint_{name} divided by the same measure of the reconstructions of the rows of the pairs."
    return (
        Metric(name=f"midpoint_{name}", value=score.halfway, unit=unit, definition=what),
        Metric(name=f"midpoint_kept_{name}", value=score.kept, unit="", definition=kept),
        Metric(name=f"held_out_{name}", value=real, unit=unit, definition="The same, of the rows themselves."),
    )


def score_midpoints(model: Autoencoder, rows: Floats, pairs: Pairs, measures: Sequence[Measure]) -> list[MidpointScore]:
    """Each measure of what `model` makes of the `pairs` of `rows` (N, D)."""
    halfway, ends = decode_midpoints(model, rows, pairs), apply(model, rows[np.concatenate(pairs)])
    return [MidpointScore(measure.score(halfway), measure.score(ends)) for measure in measures]


def measure_midpoints(model: Autoencoder, dataset: Dataset) -> tuple[Metric, ...]:
    """Every figure of the midpoints that needs no second model, measured afresh."""
    pairs, measures = draw_pairs(dataset), build_measures(dataset)
    rows = dataset.held_out[np.concatenate(pairs)]
    scores = score_midpoints(model, dataset.held_out, pairs, measures)
    found = [own_metrics(m, score, m.score(rows)) for m, score in zip(measures, scores, strict=True)]
    return tuple(metric for metrics in found for metric in metrics)


def decode_midpoints(model: Autoencoder, rows: Floats, pairs: Pairs) -> Floats:
    """What lies halfway between the latents of `rows[pairs[0]]` and `rows[pairs[1]]`, decoded: (P, D)."""
    latents = apply(model.encode, rows)
    return apply(model.decoder, (latents[pairs[0]] + latents[pairs[1]]) / np.float32(2))


def draw_pairs(dataset: Dataset) -> Pairs:
    """Indices of up to 5,000 pairs of held-out rows, of different classes where there are classes."""
    half = min(MIDPOINTS * 2, len(dataset.held_out)) // 2
    order = np.random.default_rng(SEED).permutation(len(dataset.held_out))[: 2 * half]
    first, second = order[:half], order[half:]
    if dataset.held_out_labels is None:
        return first, second
    different = dataset.held_out_labels[first] != dataset.held_out_labels[second]
    return first[different], second[different]
