"""Datasets and recipes that are small enough to train in a test."""

from __future__ import annotations

from typing import Any

import numpy as np

from latentd_export.datasets import Dataset
from latentd_export.recipe import Recipe

KINDS = ("ae", "vae", "dae")
SECTIONS = {
    "dataset": ("validation",),
    "architecture": ("hidden", "latent_dim", "activation"),
    "objective": ("reconstruction",),
    "schedule": ("learning_rate", "epochs", "batch_size", "weight_decay", "clip_norm", "optimizer"),
}


def made_up(
    shape: tuple[int, ...], value_range: tuple[float, float] | None, rows: int = 300, *, labelled: bool = False
) -> Dataset:
    """Rows near a curved surface, which an autoencoder can learn; a picture when `shape` has more than one axis."""
    random = np.random.default_rng(5)
    hidden = random.standard_normal((rows, 3))
    values = np.tanh(hidden @ random.standard_normal((3, int(np.prod(shape)))))
    low, high = value_range or (-2.0, 2.0)
    scaled = (low + (high - low) * (values + 1) / 2).astype(np.float32)
    scaled = scaled if value_range is None else scaled.clip(np.float32(low), np.float32(high))
    labels = (hidden[:, 0] > 0).astype(np.int64) if labelled else None
    cut = rows * 4 // 5
    return Dataset(
        name="made-up",
        title="made-up rows",
        training=scaled[:cut],
        held_out=scaled[cut:],
        training_labels=None if labels is None else labels[:cut],
        held_out_labels=None if labels is None else labels[cut:],
        classes=("left", "right") if labelled else None,
        value_range=value_range,
        picture_shape=shape if len(shape) > 1 else None,
        files={"made-up.npy": "0" * 64},
    )


def make_recipe(kind: str = "ae", **changes: Any) -> Recipe:
    """A small recipe; `changes` name keys of its sections, or of the recipe itself."""
    values: dict[str, Any] = {
        "name": f"small-{kind}",
        "kind": kind,
        "description": "A small model for tests.",
        "dataset": {"name": "mnist", "validation": 0},
        "architecture": {"hidden": [32], "latent_dim": 2, "activation": "tanh"},
        "objective": {"reconstruction": "cross-entropy" if kind == "vae" else "squared-error"},
        "schedule": {"learning_rate": 3e-3, "epochs": 3, "batch_size": 64, "weight_decay": 0.01},
    }
    if kind == "dae":
        values["corruption"] = {"masked": 0.3, "noise_std": 0.1}
    for name, value in changes.items():
        section = next((values[key] for key in SECTIONS if name in SECTIONS[key]), values)
        section[name] = value
    return Recipe.model_validate(values)
