"""The figures that a model card states. Everything here is deterministic: chance comes from fixed seeds.

Figures are measured on the held-out rows, which neither training nor validation saw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from latentd.bundle.records import Metric
from latentd_export.architectures import Autoencoder
from latentd_export.corruptions import corrupt
from latentd_export.datasets import Dataset, Floats
from latentd_export.objectives import VariationalObjective, build_objective
from latentd_export.recipe import Recipe
from latentd_export.training import batches

ROWS_AT_ONCE = 1000
SEED = 0
ERROR_UNIT = "squared value"


@dataclass(frozen=True)
class Elbo:
    """The negative ELBO, mean over rows, in nats: reconstruction + kl."""

    reconstruction: float
    kl: float


def apply(function: Callable[[Tensor], Tensor], rows: Floats) -> Floats:
    """`function` of rows (N, …), a few at a time."""
    with torch.no_grad():
        parts = [function(part).numpy() for part in batches(torch.from_numpy(rows), ROWS_AT_ONCE)]
    return np.concatenate(parts)


def row_errors(outputs: Floats, inputs: Floats) -> NDArray[np.float64]:
    """Mean over the values of each row of the squared error: (N, D), (N, D) -> (N,), in float64."""
    errors: NDArray[np.float64] = np.square(np.subtract(outputs, inputs, dtype=np.float64)).mean(axis=1)
    return errors


def reconstruction_error(model: Autoencoder, inputs: Floats, targets: Floats | None = None) -> float:
    """Mean over rows and values of the squared error between the reconstruction of `inputs` and `targets`."""
    return float(row_errors(apply(model, inputs), inputs if targets is None else targets).mean())


def masked_rows(inputs: Floats, share: float, value_range: tuple[float, float] | None) -> Floats:
    """`inputs` with about `share` of the values masked, the same ones each time."""
    generator = torch.Generator().manual_seed(SEED)
    return corrupt(torch.from_numpy(inputs), share, 0.0, value_range, generator).numpy()


@torch.no_grad()
def negative_elbo(model: Autoencoder, recipe: Recipe, inputs: Floats) -> Elbo:
    """The two terms of the negative ELBO, with one posterior draw for each row from a fixed seed."""
    objective = build_objective(recipe)
    assert isinstance(objective, VariationalObjective), "only a VAE has an ELBO"
    generator = torch.Generator().manual_seed(SEED)
    terms = [objective.terms(model, part, generator) for part in batches(torch.from_numpy(inputs), ROWS_AT_ONCE)]
    reconstruction, kl = (torch.cat([pair[place] for pair in terms]).double().mean().item() for place in (0, 1))
    return Elbo(reconstruction, kl)


def mean_row_error(dataset: Dataset) -> float:
    """The error of answering every held-out row with the mean training row."""
    mean = dataset.training.mean(axis=0, dtype=np.float64)
    return float(np.square(dataset.held_out - mean).mean())


def pca_error(dataset: Dataset, components: int) -> float:
    """The error of the held-out rows' projection on the training rows' first principal components."""
    # In torch, whose threads the caller has set: numpy's own would wait for each other on a busy machine.
    rows, held_out = (torch.from_numpy(part).double() for part in (dataset.training, dataset.held_out))
    mean = rows.mean(dim=0)
    centred, judged = rows - mean, held_out - mean
    if len(rows) < dataset.input_dim:
        axes = torch.linalg.svd(centred, full_matrices=False).Vh[:components].T
    else:
        axes = torch.linalg.eigh(centred.T @ centred).eigenvectors[:, -components:]
    return float((judged - judged @ axes @ axes.T).square().mean())


def measure_model(model: Autoencoder, recipe: Recipe, dataset: Dataset) -> tuple[Metric, ...]:
    """The figures of one model by itself, and the two baselines that tell what they are worth."""
    components = min(recipe.architecture.latent_dim, dataset.input_dim)
    metrics = [
        Metric(
            name="reconstruction_error",
            value=reconstruction_error(model, dataset.held_out),
            unit=ERROR_UNIT,
            definition="Held-out rows: mean over rows and values of (output - input)^2.",
        ),
        Metric(
            name="mean_row_error",
            value=mean_row_error(dataset),
            unit=ERROR_UNIT,
            definition="Baseline: the same error when every row is answered with the mean training row.",
        ),
        Metric(
            name="pca_error",
            value=pca_error(dataset, components),
            unit=ERROR_UNIT,
            definition=f"Baseline: the same error for a principal component analysis with {components} components.",
        ),
    ]
    if recipe.kind == "vae":
        metrics += _elbo_metrics(negative_elbo(model, recipe, dataset.held_out), recipe)
    return tuple(metrics)


def measure_masked(model: Autoencoder, dataset: Dataset, share: float) -> Metric:
    """A denoising autoencoder's error to the clean rows when about `share` of their values are masked."""
    masked = masked_rows(dataset.held_out, share, dataset.value_range)
    return Metric(
        name="masked_error",
        value=reconstruction_error(model, masked, dataset.held_out),
        unit=ERROR_UNIT,
        definition=f"Held-out rows: error to the clean row when {share:.0%} of the values are masked, drawn from seed "
        f"{SEED}.",
    )


def _elbo_metrics(elbo: Elbo, recipe: Recipe) -> list[Metric]:
    likelihood = {
        "cross-entropy": "binary cross-entropy summed over the values",
        "squared-error": "negative log-likelihood of a unit-variance Gaussian, summed over the values",
    }[recipe.objective.reconstruction]
    return [
        Metric(
            name="negative_elbo",
            value=elbo.reconstruction + elbo.kl,
            unit="nats",
            definition="Held-out rows: reconstruction + KL, mean over rows, one posterior draw for each row.",
        ),
        Metric(
            name="elbo_reconstruction",
            value=elbo.reconstruction,
            unit="nats",
            definition=f"The first term of negative_elbo: {likelihood}, mean over rows.",
        ),
        Metric(
            name="elbo_kl",
            value=elbo.kl,
            unit="nats",
            definition="The second term: KL(posterior || N(0, I)) summed over the latent dimensions, mean over rows.",
        ),
    ]
