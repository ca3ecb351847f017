"""What a model gains and what it pays, against a simpler one: two findings, each with a measured figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from latentd.bundle.records import Metric
from latentd_export.architectures import Autoencoder
from latentd_export.datasets import Dataset
from latentd_export.errors import RecipeInvalidError
from latentd_export.evaluation import ERROR_UNIT, measure_masked, pca_error, reconstruction_error
from latentd_export.midpoints import MidpointFinding, draw_pairs, score_midpoints
from latentd_export.plausibility import build_measures
from latentd_export.recipe import Recipe

SAME_LAYERS = (
    "a plain autoencoder with the same layers, trained by the same recipe (same data, loss, schedule and seed)"
)


@dataclass(frozen=True)
class Finding:
    """What was measured, in a sentence that goes on from "Advantage: ", and whether it speaks for the model."""

    sentence: str
    favourable: bool


@dataclass(frozen=True)
class Comparison:
    """What a model of its kind should gain, and what it may have to pay, as both were found.

    `gain` should be favourable and `price` should not; a training may turn either round. `metrics` are the figures that
    they rest on, `rival` is against whom.
    """

    rival: str
    gain: Finding
    price: Finding
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
        gain=Finding(
            f"its reconstruction error is {own:.4f}, the linear map's {linear:.4f}{_change(own, linear)}.",
            own < linear,
        ),
        price=Finding(
            f"it needs {parameters:,} parameters where the linear map needs {linear_parameters:,}, and its latents "
            "follow no known distribution: to sample, a density has to be fitted to them afterwards.",
            favourable=False,
        ),
    )


def compare_denoising(model: Autoencoder, plain: Autoencoder, dataset: Dataset, share: float) -> Comparison:
    """A denoising autoencoder against the plain one, on masked rows and on clean ones (Vincent et al. 2008)."""
    masked, plain_masked = (measure_masked(candidate, dataset, share) for candidate in (model, plain))
    own, other = masked.value, plain_masked.value
    own_clean, other_clean = (reconstruction_error(candidate, dataset.held_out) for candidate in (model, plain))
    return Comparison(
        rival=SAME_LAYERS,
        gain=Finding(
            f"with {share:.0%} of the values masked, its error to the clean row is {own:.4f}, the plain one's "
            f"{other:.4f}{_times(own, other)}.",
            own < other,
        ),
        price=Finding(
            f"on clean rows its error is {own_clean:.4f}, the plain one's {other_clean:.4f}"
            f"{_times(own_clean, other_clean)}.",
            own_clean < other_clean,
        ),
        metrics=(
            masked,
            _metric("plain_masked_error", other, "The plain autoencoder's masked_error, of the same masked rows."),
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
    pairs, measures = draw_pairs(dataset), build_measures(dataset)
    own, other = (score_midpoints(candidate, dataset.held_out, pairs, measures) for candidate in (model, plain))
    ends = dataset.held_out[np.concatenate(pairs)]
    findings = [
        MidpointFinding(measure, score, rival_score, measure.score(ends))
        for measure, score, rival_score in zip(measures, own, other, strict=True)
    ]
    error, plain_error = (reconstruction_error(candidate, dataset.held_out) for candidate in (model, plain))
    which = " of different classes" if dataset.held_out_labels is not None else ""
    what = f"halfway between the latents of two held-out rows{which} ({len(pairs[0]):,} pairs)"
    return Comparison(
        rival=SAME_LAYERS,
        gain=Finding(
            f"{what}, {findings[0].sentence}. Other views of the same midpoints, for completeness: "
            + "; ".join([*(finding.absolute for finding in findings), *(finding.sentence for finding in findings[1:])])
            + ".",
            findings[0].favourable,
        ),
        price=Finding(
            f"its reconstruction error is {error:.4f}, the plain one's {plain_error:.4f}{_change(error, plain_error)}.",
            error < plain_error,
        ),
        metrics=(
            *(metric for finding in findings for metric in finding.metrics),
            _metric("plain_reconstruction_error", plain_error, "The plain autoencoder's reconstruction_error."),
        ),
    )


def _change(own: float, other: float) -> str:
    """How much more or less `own` is, for the reader; nothing where there is nothing to divide by."""
    return f" ({own / other - 1:+.1%})" if other else ""


def _times(own: float, other: float) -> str:
    return f" ({own / other:.2f} times that)" if other else ""


def _metric(name: str, value: float, definition: str) -> Metric:
    return Metric(name=name, value=value, unit=ERROR_UNIT, definition=definition)
