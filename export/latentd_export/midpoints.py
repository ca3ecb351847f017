"""What lies halfway between the latents of two rows, and how much of what the rows have is kept there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.manifest import Metric
from latentd_export.architectures import Autoencoder
from latentd_export.datasets import Dataset, Floats
from latentd_export.evaluation import SEED, apply
from latentd_export.plausibility import Measure

Indices = NDArray[np.intp]

MIDPOINTS = 5000


@dataclass(frozen=True)
class MidpointFinding:
    """One measure of decoded midpoints, and of the reconstructions of the rows that they lie between.

    `own` and `own_ends` are the model's, `plain` and `plain_ends` the plain autoencoder's, `real` is that of the rows
    themselves.
    """

    measure: Measure
    own: float
    own_ends: float
    plain: float
    plain_ends: float
    real: float

    @property
    def kept(self) -> float:
        """The measure halfway, as a multiple of what it is at the ends."""
        return _share(self.own, self.own_ends)

    @property
    def plain_kept(self) -> float:
        """The same, the plain autoencoder's."""
        return _share(self.plain, self.plain_ends)

    @property
    def favourable(self) -> bool:
        """Whether the model keeps more of what is good, or gets less of what is not, than the plain one."""
        return self._better(self.kept, self.plain_kept)

    @property
    def sentence(self) -> str:
        """How much is kept halfway, and for whom that speaks."""
        verdict = self._verdict(self.kept, self.plain_kept)
        return (
            f"its `{self.measure.name}` ({self.measure.better} is better) is {self.kept:.1%} of what its "
            f"reconstructions of those rows have, the plain one's {self.plain_kept:.1%}: **{verdict}**"
        )

    @property
    def absolute(self) -> str:
        """The measure itself, with nothing divided."""
        return (
            f"`{self.measure.name}` itself is {self.own:.4f} against the plain one's {self.plain:.4f}, "
            f"**{self._verdict(self.own, self.plain)}** (the rows themselves: {self.real:.4f})"
        )

    def _verdict(self, own: float, plain: float) -> str:
        return "better" if self._better(own, plain) else "no better"

    def _better(self, own: float, plain: float) -> bool:
        return own > plain if self.measure.better == "more" else own < plain

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The same figures for the manifest."""
        name, unit = self.measure.name, self.measure.unit
        what = f"Decoded midpoints between the latents of pairs of held-out rows. {self.measure.definition}"
        kept = f"midpoint_{name} divided by the same measure of the reconstructions of the rows of the pairs."
        same = "The same, the plain autoencoder's."
        return (
            Metric(name=f"midpoint_{name}", value=self.own, unit=unit, definition=what),
            Metric(name=f"plain_midpoint_{name}", value=self.plain, unit=unit, definition=same),
            Metric(name=f"midpoint_kept_{name}", value=self.kept, unit="", definition=kept),
            Metric(name=f"plain_midpoint_kept_{name}", value=self.plain_kept, unit="", definition=same),
            Metric(name=f"held_out_{name}", value=self.real, unit=unit, definition="The same, of the rows themselves."),
        )


def _share(halfway: float, ends: float) -> float:
    return halfway / ends if ends else 0.0  # of nothing, nothing is kept


def decode_midpoints(model: Autoencoder, rows: Floats, pairs: tuple[Indices, Indices]) -> Floats:
    """What lies halfway between the latents of `rows[pairs[0]]` and `rows[pairs[1]]`, decoded: (P, D)."""
    latents = apply(model.encode, rows)
    return apply(model.decoder, (latents[pairs[0]] + latents[pairs[1]]) / np.float32(2))


def draw_pairs(dataset: Dataset) -> tuple[Indices, Indices]:
    """Indices of up to 5,000 pairs of held-out rows, of different classes where there are classes."""
    half = min(MIDPOINTS * 2, len(dataset.held_out)) // 2
    order = np.random.default_rng(SEED).permutation(len(dataset.held_out))[: 2 * half]
    first, second = order[:half], order[half:]
    if dataset.held_out_labels is None:
        return first, second
    different = dataset.held_out_labels[first] != dataset.held_out_labels[second]
    return first[different], second[different]
