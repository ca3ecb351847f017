from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from latentd_export import evaluation
from latentd_export.datasets import Dataset
from latentd_export.evaluation import (
    apply,
    masked_rows,
    mean_row_error,
    measure_masked,
    measure_model,
    negative_elbo,
    pca_error,
    reconstruction_error,
    row_errors,
)
from latentd_export.training import Trained
from small_models import made_up, make_recipe


def test_the_error_is_the_mean_over_rows_and_values(trained: dict[str, Trained], subset: Dataset) -> None:
    model = trained["ae"].model
    with torch.no_grad():
        outputs = model(torch.from_numpy(subset.held_out)).numpy()
    expected = np.mean((outputs.astype(np.float64) - subset.held_out) ** 2)
    assert abs(reconstruction_error(model, subset.held_out) - expected) < 1e-9


def test_pca_of_mnist_is_what_the_literature_has(mnist: Dataset) -> None:
    assert round(pca_error(mnist, 2), 4) == 0.0557


def test_the_elbo_is_the_same_each_time_and_the_sum_of_its_terms(trained: dict[str, Trained], subset: Dataset) -> None:
    vae = trained["vae"]
    one, two = (negative_elbo(vae.model, vae.recipe, subset.held_out) for _ in range(2))
    assert one == two
    figures = {metric.name: metric.value for metric in measure_model(vae.model, vae.recipe, subset)}
    assert figures["negative_elbo"] == figures["elbo_reconstruction"] + figures["elbo_kl"]


def test_masks_are_the_same_for_whoever_asks(subset: Dataset) -> None:
    masked = masked_rows(subset.held_out, 0.3, (0.0, 1.0))
    np.testing.assert_array_equal(masked, masked_rows(subset.held_out, 0.3, (0.0, 1.0)))
    kept = masked == subset.held_out
    assert (masked[~kept] == 0).all()


def test_the_error_of_a_row_is_a_mean_of_squares() -> None:
    outputs, inputs = np.array([[1, 2], [3, 4]], np.float32), np.array([[1, 4], [0, 0]], np.float32)
    assert row_errors(outputs, inputs).tolist() == [2, 12.5]
    assert row_errors(outputs, inputs).dtype == np.float64


def test_the_baselines_have_known_values() -> None:
    random = np.random.default_rng(0)
    plane = (random.standard_normal((400, 2)) @ random.standard_normal((2, 6)) + 3).astype(np.float32)
    dataset = replace(made_up((6,), None), training=plane[:300], held_out=plane[300:])
    assert pca_error(dataset, 2) < 1e-10  # the rows lie in a plane
    assert pca_error(dataset, 1) > 1e-3
    expected = np.square(plane[300:].astype(np.float64) - plane[:300].mean(axis=0, dtype=np.float64)).mean()
    assert mean_row_error(dataset) == pytest.approx(expected)
    assert pca_error(dataset, 1) < mean_row_error(dataset)


def test_pca_of_fewer_rows_than_columns_is_the_same_map() -> None:
    dataset = made_up((40,), None, 80)
    few = replace(dataset, training=dataset.training[:30])
    centred = few.training - few.training.mean(axis=0, dtype=np.float64)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2].T
    judged = few.held_out - few.training.mean(axis=0, dtype=np.float64)
    assert pca_error(few, 2) == pytest.approx(np.square(judged - judged @ axes @ axes.T).mean())


def test_rows_are_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "ROWS_AT_ONCE", 4)
    sizes: list[int] = []

    def double(rows: torch.Tensor) -> torch.Tensor:
        sizes.append(len(rows))
        return rows * 2

    rows = np.arange(20, dtype=np.float32).reshape(10, 2)
    np.testing.assert_array_equal(apply(double, rows), rows * 2)
    assert sizes == [4, 4, 2]


def test_the_masked_error_is_that_to_the_clean_rows(trained: dict[str, Trained], subset: Dataset) -> None:
    model = trained["dae"].model
    masked = masked_rows(subset.held_out, 0.3, (0.0, 1.0))
    metric = measure_masked(model, subset, 0.3)
    assert metric.value == reconstruction_error(model, masked, subset.held_out)
    assert "30% of the values are masked, drawn from seed 0" in metric.definition


@pytest.mark.parametrize(
    ("reconstruction", "words"),
    [("cross-entropy", "binary cross-entropy"), ("squared-error", "unit-variance Gaussian")],
)
def test_the_elbo_says_what_its_likelihood_is(trained: dict[str, Trained], reconstruction: str, words: str) -> None:
    vae = trained["vae"].model
    dataset = made_up((28, 28), (0.0, 1.0), 20)
    metrics = {m.name: m for m in measure_model(vae, make_recipe("vae", reconstruction=reconstruction), dataset)}
    assert words in metrics["elbo_reconstruction"].definition
    assert metrics["elbo_kl"].value >= 0
