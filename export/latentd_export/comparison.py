"""What a model gains and what it pays, against a simpler one: two findings, each with a measured figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.manifest import Metric
from latentd_export.architectures import Autoencoder
from latentd_export.datasets import Dataset, Floats
from latentd_export.errors import RecipeInvalidError
from latentd_export.evaluation import ERROR_UNIT, SEED, apply, masked_rows, pca_error, reconstruction_error
from latentd_export.plausibility import Measure, build_measures
from latentd_export.recipe import Recipe

Indices = NDArray[np.intp]

MIDPOINTS = 5000
SAME_LAYERS = (
    "a plain autoencoder with the same layers, trained by the same recipe (same data, loss, schedule and seed)"
)


@dataclass(frozen=True)
class Comparison:
    """One advantage and one disadvantage in a sentence each, the figures that they rest on, and against whom."""

    rival: str
    advantage: str
    disadvantage: str
    metrics: tuple[Metric, ...] = ()


def compare(model: Autoencoder, recipe: Recipe, dataset: Dataset, plain: Autoencoder | None) -> Comparison:
    """Compares a trained model with `plain`, the autoencoder of `recipe.plain()`; a plain one itself with a PCA.

    Raises RecipeInvalidError when a comparison that needs `plain` is asked for without it.
    """
    if recipe.kind == "ae":
        return compare_with_pca(model, recipe, dataset)
    if plain is None:
        raise RecipeInvalidError(
            f"{recipe.name}: kind {recipe.kind!r} is compared with a plain autoencoder; none was given"
        )
    if recipe.corruption is not None:
        return compare_denoising(model, plain, dataset, recipe.corruption.judged_masked)
    return compare_variational(model, plain, dataset)


def compare_with_pca(model: Autoencoder, recipe: Recipe, dataset: Dataset) -> Comparison:
    """A plain autoencoder against the linear map of the same latent size."""
    components = min(recipe.architecture.latent_dim, dataset.input_dim)
    own, linear = reconstruction_error(model, dataset.held_out), pca_error(dataset, components)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    linear_parameters = dataset.input_dim * (components + 1)
    return Comparison(
        rival=f"a principal component analysis with {components} components (a plain autoencoder has no plainer one)",
        advantage=f"its reconstruction error is {own:.4f}, the linear map's {linear:.4f} ({own / linear - 1:+.0%}).",
        disadvantage=(
            f"it needs {parameters:,} parameters where the linear map needs {linear_parameters:,}, and its latents "
            "follow no known distribution: to sample, a density has to be fitted to them afterwards."
        ),
    )


def compare_denoising(model: Autoencoder, plain: Autoencoder, dataset: Dataset, share: float) -> Comparison:
    """A denoising autoencoder against the plain one, on masked rows and on clean ones (Vincent et al. 2008)."""
    clean = dataset.held_out
    masked = masked_rows(clean, share, dataset.value_range)
    own, other = reconstruction_error(model, masked, clean), reconstruction_error(plain, masked, clean)
    own_clean, other_clean = reconstruction_error(model, clean), reconstruction_error(plain, clean)
    what = f"error to the clean row when {share:.0%} of the values are masked (the same ones for both models)"
    return Comparison(
        rival=SAME_LAYERS,
        advantage=(
            f"with {share:.0%} of the values masked, its error to the clean row is {own:.4f}, the plain one's "
            f"{other:.4f} ({own / other:.2f} times that)."
        ),
        disadvantage=(
            f"on clean rows its error is {own_clean:.4f}, the plain one's {other_clean:.4f} "
            f"({own_clean / other_clean:.2f} times that)."
        ),
        metrics=(
            _metric("masked_error", own, f"Held-out rows: {what}."),
            _metric("plain_masked_error", other, f"The plain autoencoder's {what}."),
            _metric(
                "plain_reconstruction_error",
                other_clean,
                "The plain autoencoder's reconstruction_error, on clean rows.",
            ),
        ),
    )


def compare_variational(model: Autoencoder, plain: Autoencoder, dataset: Dataset) -> Comparison:
    """A VAE against the plain one: what lies between two held-out rows, and what is paid in reconstruction.

    A sharper model has sharper midpoints too. So each is also measured against its own reconstructions of the rows that
    the midpoints lie between: how much of what they have is kept halfway? Every measure that the data allows is stated,
    those too that speak for the plain one.
    """
    pairs = _pairs(dataset)
    ends = dataset.held_out[np.concatenate(pairs)]
    decoded = [
        rows
        for candidate in (model, plain)
        for rows in (midpoints(candidate, dataset.held_out, pairs), apply(candidate, ends))
    ]
    findings = [MidpointFinding(m, *(m.score(rows) for rows in (*decoded, ends))) for m in build_measures(dataset)]
    error, plain_error = (reconstruction_error(candidate, dataset.held_out) for candidate in (model, plain))
    which = " of different classes" if dataset.held_out_labels is not None else ""
    what = f"halfway between the latents of two held-out rows{which} ({len(pairs[0]):,} pairs)"
    return Comparison(
        rival=SAME_LAYERS,
        advantage=(
            f"{what}, {findings[0].sentence}. Other views of the same midpoints, for completeness: "
            + "; ".join([*(finding.absolute for finding in findings), *(finding.sentence for finding in findings[1:])])
            + "."
        ),
        disadvantage=(
            f"its reconstruction error is {error:.4f}, the plain one's {plain_error:.4f} "
            f"({error / plain_error - 1:+.1%})."
        ),
        metrics=(
            *(metric for finding in findings for metric in finding.metrics),
            _metric("plain_reconstruction_error", plain_error, "The plain autoencoder's reconstruction_error."),
        ),
    )


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
        return "better" if (own > plain) == (self.measure.better == "more") else "no better"

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


def midpoints(model: Autoencoder, rows: Floats, pairs: tuple[Indices, Indices]) -> Floats:
    """What lies halfway between the latents of `rows[pairs[0]]` and `rows[pairs[1]]`, decoded: (P, D)."""
    latents = apply(model.encode, rows)
    return apply(model.decoder, (latents[pairs[0]] + latents[pairs[1]]) / np.float32(2))


def _pairs(dataset: Dataset) -> tuple[Indices, Indices]:
    """Indices of up to 5,000 pairs of held-out rows, of different classes where there are classes."""
    half = min(MIDPOINTS * 2, len(dataset.held_out)) // 2
    order = np.random.default_rng(SEED).permutation(len(dataset.held_out))[: 2 * half]
    first, second = order[:half], order[half:]
    if dataset.held_out_labels is None:
        return first, second
    different = dataset.held_out_labels[first] != dataset.held_out_labels[second]
    return first[different], second[different]


def _metric(name: str, value: float, definition: str) -> Metric:
    return Metric(name=name, value=value, unit=ERROR_UNIT, definition=definition)
