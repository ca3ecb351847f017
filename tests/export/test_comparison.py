from __future__ import annotations

import pytest

from latentd_export.architectures import build_model
from latentd_export.comparison import compare
from latentd_export.datasets import Dataset
from latentd_export.errors import RecipeInvalidError
from latentd_export.evaluation import pca_error
from latentd_export.training import Trained
from small_models import make_recipe


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


def test_what_is_found_follows_the_figures(trained: dict[str, Trained], subset: Dataset) -> None:
    better, worse = trained["dae"].model, build_model(make_recipe("dae"), subset.input_dim, subset.value_range)
    recipe = trained["dae"].recipe
    for model, rival, favourable in ((better, worse, True), (worse, better, False), (better, better, False)):
        found = compare(model, recipe, subset, rival)
        assert (found.gain.favourable, found.price.favourable) == (favourable, favourable)
    linear = compare(worse, make_recipe(), subset, None)
    assert not linear.gain.favourable
    assert not linear.price.favourable
