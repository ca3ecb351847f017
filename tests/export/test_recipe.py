from __future__ import annotations

from pathlib import Path

import pytest

from latentd_export.errors import RecipeInvalidError
from latentd_export.recipe import read_recipe, shipped_recipes
from small_models import make_recipe


def test_every_shipped_recipe_reads_and_bears_its_file_name() -> None:
    assert set(shipped_recipes()) == {"ae-mnist", "vae-mnist", "dae-mnist"}
    for name in shipped_recipes():
        assert read_recipe(name).name == name


def test_the_shipped_architectures_are_the_promised_ones() -> None:
    ae, vae, dae = (read_recipe(name).architecture for name in ("ae-mnist", "vae-mnist", "dae-mnist"))
    assert (ae.hidden, ae.latent_dim) == ((64,), 2)
    assert (vae.hidden, vae.latent_dim) == ((512, 256), 2)
    assert dae.latent_dim == 32


def test_a_recipe_of_ones_own_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(shipped_recipes()["ae-mnist"].read_text(encoding="utf-8").replace("ae-mnist", "mine"))
    assert read_recipe(str(path)).name == "mine"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("hidden", "hiden", "hiden"),
        ("latent_dim = 2", "latent_dim = 0", "latent_dim"),
        ('kind = "ae"', 'kind = "dae"', "corruption"),
        ('name = "mnist"', 'name = "cifar"', "dataset"),
        ("[schedule]", "[schedule", "not TOML"),
    ],
)
def test_a_fault_is_named_by_its_key(tmp_path: Path, before: str, after: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    text = shipped_recipes()["ae-mnist"].read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after))
    with pytest.raises(RecipeInvalidError, match=message):
        read_recipe(str(path))


def test_an_unknown_recipe_lists_the_known_ones() -> None:
    with pytest.raises(RecipeInvalidError, match="ae-mnist, dae-mnist, vae-mnist"):
        read_recipe("no-such-recipe")


def test_the_plain_rival_differs_in_its_kind_alone() -> None:
    recipe = make_recipe("dae")
    plain = recipe.plain()
    assert (plain.kind, plain.corruption) == ("ae", None)
    for section in ("dataset", "architecture", "objective", "schedule", "seed"):
        assert getattr(plain, section) == getattr(recipe, section)
