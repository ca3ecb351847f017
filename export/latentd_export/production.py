"""From a recipe to a bundle: load the data, train the model and its rival, compare, write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path

import torch

from latentd_export.architectures import ValueRange
from latentd_export.bundle_writer import write_bundle
from latentd_export.checkpoint import read_checkpoint
from latentd_export.comparison import compare
from latentd_export.datasets import PUBLIC_DATASETS, Dataset
from latentd_export.errors import TrainingFinishedError
from latentd_export.latent_scale import scale_latents
from latentd_export.recipe import Recipe, VectorData
from latentd_export.training import Trained, train, trained_from
from latentd_export.vectors import load_vectors

MODEL_FILE, RIVAL_FILE = "model.pt", "plain.pt"


@dataclass(frozen=True)
class Destination:
    """Where a bundle goes: models/<name>/<version>, the next free version when there is none."""

    models: Path
    version: int | None = None
    overwrite: bool = False


def load_dataset(recipe: Recipe, folder: Path, data_dir: Path | None) -> Dataset:
    """The data of `recipe`; a user's own files are looked for in `folder`, the recipe's.

    Raises DatasetMissingError or DatasetInvalidError.
    """
    if isinstance(recipe.dataset, VectorData):
        return load_vectors(recipe.dataset, folder, recipe.seed)
    return PUBLIC_DATASETS[recipe.dataset.name].load(data_dir)


def input_form(recipe: Recipe, folder: Path) -> tuple[int, ValueRange]:
    """input_dim and value range of `recipe`; known without any file for a public dataset."""
    if isinstance(recipe.dataset, VectorData):
        dataset = load_vectors(recipe.dataset, folder, recipe.seed)
        return dataset.input_dim, dataset.value_range
    public = PUBLIC_DATASETS[recipe.dataset.name]
    return prod(public.picture_shape), public.value_range


def train_bundle(
    recipe: Recipe, dataset: Dataset, checkpoints: Path, destination: Destination, *, resume: bool, progress: bool
) -> Path:
    """Trains the model, and for a VAE or a denoising autoencoder its plain rival too; writes and returns the bundle.

    Both leave their state in checkpoints/<name>/. Raises what training.train and write_bundle raise, and with `resume`
    TrainingFinishedError when both are finished already.
    """
    folder = checkpoints / recipe.name
    if resume:
        _check_unfinished(recipe, folder)
    with torch_threads(recipe.schedule.threads):
        trained = train(recipe, dataset, folder / MODEL_FILE, resume=resume, progress=progress)
        rival = None
        if recipe.kind != "ae":
            rival = train(recipe.plain(), dataset, folder / RIVAL_FILE, resume=resume, progress=progress)
        return _write(trained, rival, dataset, destination)


def export_checkpoint(checkpoint: Path, dataset: Dataset, destination: Destination) -> Path:
    """Writes the bundle of a finished checkpoint; its rival's lies beside it. Raises CheckpointInvalidError."""
    trained = trained_from(checkpoint)
    with torch_threads(trained.recipe.schedule.threads):
        rival = None if trained.recipe.kind == "ae" else trained_from(checkpoint.with_name(RIVAL_FILE))
        return _write(trained, rival, dataset, destination)


def checkpoint_recipe(checkpoint: Path) -> Recipe:
    """The recipe that a checkpoint was made by. Raises CheckpointInvalidError."""
    return read_checkpoint(checkpoint).recipe


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Lets torch use `count` threads: the sums, and with them the weights, depend on how they are shared out."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _check_unfinished(recipe: Recipe, folder: Path) -> None:
    runs = {folder / MODEL_FILE: recipe} | ({} if recipe.kind == "ae" else {folder / RIVAL_FILE: recipe.plain()})
    states = {path: read_checkpoint(path) for path in runs if path.exists()}
    if all(path in states and states[path].finished and states[path].recipe == runs[path] for path in runs):
        raise TrainingFinishedError(folder / MODEL_FILE, recipe.schedule.epochs)


def _write(trained: Trained, rival: Trained | None, dataset: Dataset, destination: Destination) -> Path:
    scale_latents(trained.model, torch.from_numpy(dataset.training))
    comparison = compare(trained.model, trained.recipe, dataset, None if rival is None else rival.model)
    return write_bundle(
        trained, comparison, dataset, destination.models, destination.version, overwrite=destination.overwrite
    )
