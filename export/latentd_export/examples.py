"""Which held-out pictures a bundle takes along, to be shown as they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from latentd.bundle import Examples
from latentd_export.datasets import Dataset, Labels

COUNT = 1000
LARGEST_BYTES = 1024 * 1024
SEED = 0
"""The same for all models, so that those of one dataset show the same pictures."""


def choose_examples(dataset: Dataset) -> Examples | None:
    """At most 1,000 held-out inputs and at most a megabyte of them, evenly by class; None where they are no pictures.

    Values become the nearest of 256 steps of the value range, which they are already where pictures were bytes.
    """
    if dataset.picture_shape is None or dataset.value_range is None:
        return None
    rows = len(dataset.held_out)
    labels = np.zeros(rows, np.int64) if dataset.held_out_labels is None else dataset.held_out_labels
    count = min(rows, COUNT, max(1, LARGEST_BYTES // dataset.input_dim))
    indices = np.sort(evenly_by_class(labels, count))
    low, high = dataset.value_range
    steps = np.rint((dataset.held_out[indices].astype(np.float64) - low) * (255 / (high - low)))
    return Examples(steps.clip(0, 255).astype(np.uint8), indices)


def evenly_by_class(labels: Labels, count: int) -> NDArray[np.int64]:
    """`count` different rows, as many of each class as there are, or one more; drawn with SEED."""
    order = np.random.default_rng(SEED).permutation(len(labels))
    drawn = labels[order]
    turn = np.empty(len(labels), np.int64)  # each row's place among those of its class
    for label in np.unique(drawn):
        own = drawn == label
        turn[own] = np.arange(own.sum())
    return order[np.argsort(turn, kind="stable")[:count]]
