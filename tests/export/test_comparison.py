from __future__ import annotations

import numpy as np
import pytest
import torch

from latentd_export.architectures import build_model
from latentd_export.comparison import compare
from latentd_export.datasets import Dataset
from latentd_export.errors import RecipeInvalidError
from latentd_export.evaluation import masked_rows, measure_model, negative_elbo, pca_error, reconstruction_error
from latentd_export.midpoints import MidpointFinding, decode_midpoints
from latentd_export.plausibility import ClassConfidence, NeighbourError, build_measures
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


@pytest.mark.parametrize("kind", ["vae", "dae"])
def test_a_comparison_states_both_sides_with_figures(trained: dict[str, Trained], subset: Dataset, kind: str) -> None:
    model = trained[kind]
    found = compare(model.model, model.recipe, subset, trained["ae"].model)
    assert "plain" in found.gain.sentence
    assert any(character.isdigit() for character in found.price.sentence)
    assert "plain_reconstruction_error" in {metric.name for metric in found.metrics}
    with pytest.raises(RecipeInvalidError):
        compare(model.model, model.recipe, subset, None)


def test_a_plain_autoencoder_is_compared_with_a_linear_map(trained: dict[str, Trained], subset: Dataset) -> None:
    found = compare(trained["ae"].model, trained["ae"].recipe, subset, None)
    assert "principal component" in found.rival
    assert f"{pca_error(subset, 2):.4f}" in found.gain.sentence


def test_a_measure_that_speaks_for_the_plain_one_says_so() -> None:
    measure = NeighbourError(torch.zeros(1, 2))
    finding = MidpointFinding(measure, own=0.2, own_ends=0.2, plain=0.1, plain_ends=0.05, real=0.1)
    assert (
        "100.0% of what its reconstructions of those rows have, the plain one's 200.0%: **better**" in finding.sentence
    )
    assert "0.2000 against the plain one's 0.1000, **no better**" in finding.absolute


def test_what_is_found_follows_the_figures(trained: dict[str, Trained], subset: Dataset) -> None:
    better, worse = trained["dae"].model, build_model(make_recipe("dae"), subset.input_dim, subset.value_range)
    recipe = trained["dae"].recipe
    for model, rival, favourable in ((better, worse, True), (worse, better, False), (better, better, False)):
        found = compare(model, recipe, subset, rival)
        assert (found.gain.favourable, found.price.favourable) == (favourable, favourable)
    linear = compare(worse, make_recipe(), subset, None)
    assert not linear.gain.favourable
    assert not linear.price.favourable


def test_of_nothing_nothing_is_kept() -> None:
    finding = MidpointFinding(NeighbourError(torch.zeros(1, 2)), own=0, own_ends=0, plain=1, plain_ends=2, real=0)
    assert (finding.kept, finding.plain_kept) == (0, 0.5)


def test_labels_decide_which_measures_there_are() -> None:
    with_labels, without = (build_measures(made_up((6,), None, labelled=labelled)) for labelled in (True, False))
    assert [type(measure) for measure in with_labels] == [ClassConfidence, NeighbourError]
    assert [type(measure) for measure in without] == [NeighbourError]


def test_the_neighbour_error_is_that_of_a_slow_search() -> None:
    dataset = made_up((6,), None)
    (measure,) = build_measures(dataset)
    slow = [np.square(dataset.training - row).mean(axis=1).min() for row in dataset.held_out]
    assert abs(measure.score(dataset.held_out) - np.mean(slow)) < 1e-5
    assert measure.score(dataset.training) < 1e-6


def test_the_classifier_recognizes_digits(subset: Dataset) -> None:
    confidence = build_measures(subset)[0]
    assert isinstance(confidence, ClassConfidence)
    assert confidence.accuracy > 0.75
    assert 0 <= confidence.score(subset.held_out) <= 1


def test_a_midpoint_lies_halfway_between_latents() -> None:
    model, rows = build_model(make_recipe(), 6, None), made_up((6,), None).held_out
    decoded = decode_midpoints(model, rows, (np.array([0]), np.array([3])))
    with torch.no_grad():
        latents = model.encode(torch.from_numpy(rows))
        expected = model.decoder((latents[:1] + latents[3:4]) / 2).numpy()
    np.testing.assert_allclose(decoded, expected, atol=1e-6)
