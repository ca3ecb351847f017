from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from latentd.bundle import read_manifest
from latentd_export.datasets import Dataset
from latentd_export.errors import (
    BundleExistsError,
    CheckpointInvalidError,
    TrainingFinishedError,
)
from latentd_export.production import (
    Destination,
    checkpoint_recipe,
    export_checkpoint,
    input_form,
    load_dataset,
    torch_threads,
    train_bundle,
)
from latentd_export.recipe import Recipe
from small_models import made_up, make_recipe

VECTORS = {"name": "vectors", "train": "rows.npy", "value_range": (0.0, 1.0), "picture_shape": (2, 3)}


def vector_recipe() -> Recipe:
    return Recipe.model_validate(make_recipe().model_dump() | {"dataset": VECTORS})


@pytest.fixture(scope="module")
def produced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recipe, Dataset, Path]:
    """A folder with the checkpoints and the bundle of a tiny denoising autoencoder."""
    folder = tmp_path_factory.mktemp("production")
    recipe, dataset = make_recipe("dae", epochs=1, density_components=1), made_up((6,), (0.0, 1.0), 60)
    train_bundle(recipe, dataset, folder / "runs", Destination(folder / "models"), resume=False, progress=False)
    return recipe, dataset, folder


def test_a_recipe_s_own_rows_are_looked_for_beside_it(tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", np.random.default_rng(0).uniform(size=(40, 6)))
    dataset = load_dataset(vector_recipe(), tmp_path, None)
    assert (dataset.input_dim, dataset.picture_shape, len(dataset.training)) == (6, (2, 3), 34)
    assert input_form(vector_recipe(), tmp_path) == (6, (0.0, 1.0))


def test_a_public_dataset_is_looked_for_in_the_data_folder(mnist_dir: Path, tmp_path: Path) -> None:
    dataset = load_dataset(make_recipe(), tmp_path, mnist_dir)
    assert (len(dataset.training), len(dataset.held_out)) == (60_000, 10_000)
    assert input_form(make_recipe(), tmp_path / "nowhere") == (784, (0.0, 1.0))


def test_threads_are_put_back_whatever_happens() -> None:
    before, inside = torch.get_num_threads(), []

    def fail() -> None:
        with torch_threads(before + 1):
            inside.append(torch.get_num_threads())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert inside == [before + 1]
    assert torch.get_num_threads() == before


def test_the_model_and_its_rival_leave_their_checkpoints(produced: tuple[Recipe, Dataset, Path]) -> None:
    recipe, _, folder = produced
    runs = folder / "runs" / "small-dae"
    assert checkpoint_recipe(runs / "model.pt") == recipe
    assert checkpoint_recipe(runs / "plain.pt") == recipe.plain()
    assert read_manifest(folder / "models" / "small-dae" / "1").kind == "dae"


def test_a_checkpoint_is_exported_to_the_version_that_was_asked_for(
    produced: tuple[Recipe, Dataset, Path], tmp_path: Path
) -> None:
    _, dataset, folder = produced
    checkpoint = folder / "runs" / "small-dae" / "model.pt"
    target = export_checkpoint(checkpoint, dataset, Destination(tmp_path, version=4))
    assert target == tmp_path / "small-dae" / "4"
    files, trained = (read_manifest(path).files for path in (target, folder / "models" / "small-dae" / "1"))
    assert all(files[name] == trained[name] for name in ("encoder.onnx", "decoder.onnx", "latents.npz"))
    with pytest.raises(BundleExistsError):
        export_checkpoint(checkpoint, dataset, Destination(tmp_path, version=4))


def test_a_model_is_not_exported_without_its_rival(produced: tuple[Recipe, Dataset, Path], tmp_path: Path) -> None:
    _, dataset, folder = produced
    alone = tmp_path / "model.pt"
    alone.write_bytes((folder / "runs" / "small-dae" / "model.pt").read_bytes())
    with pytest.raises(CheckpointInvalidError, match=r"plain\.pt"):
        export_checkpoint(alone, dataset, Destination(tmp_path / "models"))
    assert not (tmp_path / "models").exists()


def test_nothing_is_written_when_nothing_is_left_to_resume(produced: tuple[Recipe, Dataset, Path]) -> None:
    recipe, dataset, folder = produced
    with pytest.raises(TrainingFinishedError, match="latentd-export export"):
        train_bundle(recipe, dataset, folder / "runs", Destination(folder / "models"), resume=True, progress=False)
    assert [path.name for path in (folder / "models" / "small-dae").iterdir()] == ["1"]


def test_another_recipe_s_checkpoint_is_not_taken_for_a_finished_one(produced: tuple[Recipe, Dataset, Path]) -> None:
    recipe, dataset, folder = produced
    other = recipe.changed(seed=9)
    with pytest.raises(CheckpointInvalidError, match="another recipe"):
        train_bundle(other, dataset, folder / "runs", Destination(folder / "models"), resume=True, progress=False)
