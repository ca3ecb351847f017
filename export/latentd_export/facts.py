"""Everything that is known about a trained model: the manifest, the card and the pictures all draw on this."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.records import LatentStatistics, Layer, Metric, Parity
from latentd_export.comparison import Comparison
from latentd_export.datasets import Dataset, Floats
from latentd_export.evaluation import measure_model, row_errors
from latentd_export.graphs import Graphs
from latentd_export.latent_statistics import describe_latents
from latentd_export.layer_table import layer_table
from latentd_export.parity import measure_parity
from latentd_export.training import Split, Trained, split_rows


@dataclass(frozen=True)
class Facts:
    """`training_latents` [N, L] and `latents` [M, L] of the held-out rows come from the exported graph."""

    trained: Trained
    dataset: Dataset
    comparison: Comparison
    graphs: Graphs
    split: Split
    layers: tuple[Layer, ...]
    metrics: tuple[Metric, ...]
    parity: Parity
    training_latents: Floats
    latents: Floats
    errors: NDArray[np.float64]
    statistics: LatentStatistics

    @property
    def has_prior(self) -> bool:
        """Whether the latents were trained against N(0, I)."""
        return self.trained.recipe.kind == "vae"

    def metric(self, name: str) -> float:
        """The value of a figure by its name."""
        return next(metric.value for metric in self.metrics if metric.name == name)


def gather_facts(trained: Trained, comparison: Comparison, dataset: Dataset, graphs: Graphs) -> Facts:
    """Measures the exported model. Raises ParityExceededError when the graphs do not give what torch gives."""
    split = split_rows(dataset, trained.recipe)
    parity = measure_parity(trained.model, graphs.encoder, graphs.decoder, dataset.held_out)
    latents, training_latents = graphs.encode(dataset.held_out)[0], graphs.encode(split.training.numpy())[0]
    return Facts(
        trained=trained,
        dataset=dataset,
        comparison=comparison,
        graphs=graphs,
        split=split,
        layers=layer_table(trained.model),
        metrics=(*measure_model(trained.model, trained.recipe, dataset), *comparison.metrics),
        parity=parity,
        training_latents=training_latents,
        latents=latents,
        errors=row_errors(graphs.decode(latents), dataset.held_out),
        statistics=describe_latents(training_latents, has_prior=trained.recipe.kind == "vae"),
    )
