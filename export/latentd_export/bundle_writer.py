"""Graphs, statistics, pictures and card -> one bundle, written to one side and renamed into place."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from latentd.bundle.manifest import (
    CARD_FILE,
    DECODER_FILE,
    ENCODER_FILE,
    EXAMPLES_FILE,
    GOLDEN_FILE,
    LATENTS_FILE,
    MANIFEST_FILE,
)
from latentd.inference import Autoencoder as ServedAutoencoder
from latentd_export.card import write_card
from latentd_export.comparison import Comparison
from latentd_export.datasets import Dataset
from latentd_export.errors import BundleExistsError
from latentd_export.examples import choose_examples
from latentd_export.facts import Facts, gather_facts
from latentd_export.gallery import draw_gallery
from latentd_export.golden import record_golden
from latentd_export.graphs import open_graphs
from latentd_export.manifests import build_manifest, format_manifest
from latentd_export.onnx_graphs import write_graphs
from latentd_export.training import Trained


def next_version(models: Path, name: str) -> int:
    """The whole number after the highest version of the model that is there; 1 for the first."""
    folder = models / name
    taken = [int(path.name) for path in folder.iterdir() if path.name.isdigit()] if folder.is_dir() else []
    return max(taken, default=0) + 1


def write_bundle(
    trained: Trained,
    comparison: Comparison,
    dataset: Dataset,
    models: Path,
    version: int | None = None,
    *,
    overwrite: bool = False,
) -> Path:
    """Writes models/<name>/<version> and returns it; the next free version when none is given.

    Nothing appears there until the whole bundle has been written and loaded once. Raises BundleExistsError when the
    version is taken and `overwrite` is false, ParityExceededError when a graph does not give what torch gives.
    """
    version = next_version(models, trained.recipe.name) if version is None else version
    target = models / trained.recipe.name / str(version)
    if target.exists() and not overwrite:
        raise BundleExistsError(f"{target} exists; leave --version out for the next free one, or say --overwrite")
    with _workplace(models) as workplace:
        folder = workplace / trained.recipe.name / str(version)
        folder.mkdir(parents=True)
        write_graphs(trained.model, folder / ENCODER_FILE, folder / DECODER_FILE)
        graphs = open_graphs(folder, trained.model.encoder.output_names)
        _write_files(folder, gather_facts(trained, comparison, dataset, graphs), version)
        ServedAutoencoder.load(folder)
        _sync(folder)
        _move_in(folder, target, workplace / "replaced")
    return target


def _write_files(folder: Path, facts: Facts, version: int) -> None:
    """Everything but the graphs; the manifest comes last, since it lists the others."""
    labels = {} if facts.dataset.held_out_labels is None else {"labels": facts.dataset.held_out_labels}
    np.savez_compressed(folder / LATENTS_FILE, latents=facts.latents, **labels)  # type: ignore[arg-type]  # numpy's stub takes **labels for its flags
    if examples := choose_examples(facts.dataset):
        np.savez_compressed(folder / EXAMPLES_FILE, inputs=examples.inputs, indices=examples.indices)
    golden = record_golden(facts.graphs, facts.dataset.held_out)
    (folder / GOLDEN_FILE).write_text(golden.model_dump_json() + "\n", encoding="utf-8")
    pictures = draw_gallery(folder, facts)
    write_card(folder / CARD_FILE, facts, version, pictures)
    manifest = build_manifest(facts, version, folder)
    (folder / MANIFEST_FILE).write_text(format_manifest(manifest), encoding="utf-8")


@contextmanager
def _workplace(models: Path) -> Iterator[Path]:
    """A hidden folder on the file system of `models`, so that a rename out of it is atomic; removed afterwards."""
    folder = models / f".{uuid.uuid4().hex}.partial"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Makes the files' content reach the disk before their names do."""
    for path in folder.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())


def _move_in(folder: Path, target: Path, replaced: Path) -> None:
    """Renames `folder` to `target`; what was there stands aside for that moment, and comes back if that is all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(replaced)
    try:
        folder.rename(target)
    finally:
        if replaced.exists() and not target.exists():  # it failed, or was interrupted
            replaced.rename(target)
