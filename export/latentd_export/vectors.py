"""A dataset made of the user's own vectors: .npy, .npz (`inputs`, and `labels` where there are any) or .csv.

A .csv file has a header; a column called `label` holds class indices, every other column one value of the row.
"""

from __future__ import annotations

import csv
import hashlib
from math import prod
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from latentd_export.datasets import Dataset, Floats, Labels
from latentd_export.errors import DatasetInvalidError
from latentd_export.recipe import VectorData

LABEL_COLUMN = "label"


def load_vectors(recipe: VectorData, folder: Path, seed: int) -> Dataset:
    """Reads the rows that `recipe` names, relative to `folder`.

    Without a held-out file, a share of the rows drawn with `seed` is held out. Raises DatasetInvalidError.
    """
    training_path = folder / recipe.train
    training, training_labels = _read_rows(training_path)
    files = {training_path.name: _digest(training_path)}
    if recipe.held_out is None:
        order = np.random.default_rng(seed).permutation(len(training))
        size = max(1, round(recipe.held_out_share * len(order)))
        rest, chosen = np.sort(order[size:]), np.sort(order[:size])
        held_out, held_out_labels = training[chosen], None if training_labels is None else training_labels[chosen]
        training, training_labels = training[rest], None if training_labels is None else training_labels[rest]
    else:
        held_out_path = folder / recipe.held_out
        held_out, held_out_labels = _read_rows(held_out_path)
        files[held_out_path.name] = _digest(held_out_path)
    dataset = Dataset(
        name=recipe.name,
        title=recipe.title,
        training=training,
        held_out=held_out,
        training_labels=training_labels,
        held_out_labels=held_out_labels,
        classes=_class_names(recipe.classes, training_labels, held_out_labels),
        value_range=recipe.value_range,
        picture_shape=recipe.picture_shape,
        files=files,
    )
    _check(dataset, recipe.validation)
    return dataset


def _read_rows(path: Path) -> tuple[Floats, Labels | None]:
    """The rows [N, D] of one file, pictures flattened, and their labels [N] where it has any."""
    readers = {".npy": _read_npy, ".npz": _read_npz, ".csv": _read_csv}
    if path.suffix not in readers:
        raise DatasetInvalidError(f"{path}: expected a file ending in {', '.join(readers)}")
    try:
        rows, labels = readers[path.suffix](path)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise DatasetInvalidError(f"{path}: cannot be read: {error}") from error
    if rows.ndim < 2 or not len(rows):
        raise DatasetInvalidError(f"{path}: expected an array of rows, found shape {rows.shape}")
    if labels is not None and labels.shape != (len(rows),):
        raise DatasetInvalidError(f"{path}: {len(rows)} rows, but labels of shape {labels.shape}")
    return rows.reshape(len(rows), -1), labels


def _read_npy(path: Path) -> tuple[Floats, Labels | None]:
    return np.load(path, allow_pickle=False).astype(np.float32), None


def _read_npz(path: Path) -> tuple[Floats, Labels | None]:
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        labels = arrays["labels"].astype(np.int64) if "labels" in arrays else None
        return arrays["inputs"].astype(np.float32), labels


def _read_csv(path: Path) -> tuple[Floats, Labels | None]:
    with path.open(newline="", encoding="utf-8") as stream:
        header, *lines = csv.reader(stream)
    table = np.array(lines, dtype=np.float64)
    is_label = np.array([column == LABEL_COLUMN for column in header])
    labels = table[:, is_label][:, 0].astype(np.int64) if is_label.any() else None
    return table[:, ~is_label].astype(np.float32), labels


def _class_names(
    names: tuple[str, ...] | None, training: Labels | None, held_out: Labels | None
) -> tuple[str, ...] | None:
    """The classes as the recipe names them, else numbered; None without labels on both sides."""
    if training is None or held_out is None:
        return None
    highest = int(max(training.max(), held_out.max()))
    return names or tuple(str(label) for label in range(highest + 1))


def _check(dataset: Dataset, validation: int) -> None:
    """Raises DatasetInvalidError for rows that no model can be trained or judged on."""
    rows = (dataset.training, dataset.held_out)
    if dataset.held_out.shape[1] != dataset.input_dim:
        raise DatasetInvalidError(
            f"held-out rows have {dataset.held_out.shape[1]} values, training rows {dataset.input_dim}"
        )
    if not all(np.isfinite(part).all() for part in rows):
        raise DatasetInvalidError("a value is NaN or infinite")
    if dataset.value_range is not None:
        low, high = dataset.value_range
        if min(part.min() for part in rows) < low or max(part.max() for part in rows) > high:
            raise DatasetInvalidError(f"a value lies outside value_range [{low:g}, {high:g}]")
    if dataset.picture_shape is not None and prod(dataset.picture_shape) != dataset.input_dim:
        raise DatasetInvalidError(f"picture_shape {dataset.picture_shape} does not hold {dataset.input_dim} values")
    if not 0 <= validation < len(dataset.training):
        raise DatasetInvalidError(f"validation = {validation} leaves nothing of {len(dataset.training)} training rows")
    labels = [part for part in (dataset.training_labels, dataset.held_out_labels) if part is not None]
    if dataset.classes is not None and any(part.min() < 0 or part.max() >= len(dataset.classes) for part in labels):
        raise DatasetInvalidError(f"a label lies outside 0…{len(dataset.classes) - 1}")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
