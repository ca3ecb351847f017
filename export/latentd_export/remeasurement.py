"""The figures that a bundle states, measured again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from latentd.bundle.records import Metric
from latentd_export.architectures import Autoencoder
from latentd_export.datasets import Dataset
from latentd_export.evaluation import measure_masked, measure_model
from latentd_export.midpoints import measure_midpoints
from latentd_export.plausibility import ClassConfidence
from latentd_export.recipe import Recipe

RIVAL_PREFIX = "plain_"
TOLERANCE = 1e-4
RETRAINED_TOLERANCE = 0.05  # a classifier is trained for it, which ends elsewhere on a processor that adds otherwise


@dataclass(frozen=True)
class Remeasurement:
    """The figures that were measured, by name; a sentence for each that differs; the names of those left out."""

    measured: tuple[str, ...]
    differing: tuple[str, ...]
    left: tuple[str, ...]


def measure_again(stated: Iterable[Metric], model: Autoencoder, recipe: Recipe, dataset: Dataset) -> Remeasurement:
    """Measures what needs the model and the held-out rows alone, and compares it with what is `stated`.

    Left over are the figures of the plain autoencoder that the model was compared with: no bundle holds that one.
    """
    values = {metric.name: metric.value for metric in stated}
    measured = {metric.name: metric for metric in measure_own(model, recipe, dataset)}
    left = [name for name in values if name not in measured and name.startswith(RIVAL_PREFIX)]
    differing = [
        f"{name} is {metric.value:.6g}; the manifest states {values.get(name, 'nothing')}"
        for name, metric in measured.items()
        if not _agree(metric, values.get(name))
    ]
    strange = [name for name in values if name not in measured and name not in left]
    differing += [f"{name} is stated; there is no such figure of this model" for name in strange]
    return Remeasurement(tuple(measured), tuple(differing), tuple(left))


def measure_own(model: Autoencoder, recipe: Recipe, dataset: Dataset) -> tuple[Metric, ...]:
    """Every figure of `model` by itself; chance comes from fixed seeds."""
    metrics = measure_model(model, recipe, dataset)
    if recipe.corruption is not None:
        metrics += (measure_masked(model, dataset, recipe.corruption.judged_masked),)
    return metrics + (measure_midpoints(model, dataset) if recipe.kind == "vae" else ())


def _agree(measured: Metric, stated: float | None) -> bool:
    tolerance = RETRAINED_TOLERANCE if measured.name.endswith(ClassConfidence.name) else TOLERANCE
    return stated is not None and abs(stated - measured.value) <= tolerance * max(1e-6, abs(measured.value))
