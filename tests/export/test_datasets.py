from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from latentd_export.datasets import PUBLIC_DATASETS, Dataset, FashionMNIST
from latentd_export.errors import DatasetMissingError
from latentd_export.sources import FileSet, locate


def test_mnist_is_whole_and_scaled(mnist: Dataset) -> None:
    assert mnist.training.shape == (60_000, 784)
    assert mnist.held_out.shape == (10_000, 784)
    assert mnist.training.dtype == np.float32
    assert (mnist.training.min(), mnist.training.max()) == (0, 1)
    assert mnist.held_out_labels is not None
    assert mnist.held_out_labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_the_mean_image_is_as_far_away_as_the_literature_has_it(mnist: Dataset) -> None:
    mean = mnist.training.mean(axis=0, dtype=np.float64)
    assert round(float(np.square(mnist.held_out - mean).mean()), 4) == 0.0675


def test_no_two_datasets_share_a_digest() -> None:
    digests = [digest for dataset in PUBLIC_DATASETS.values() for digest in dataset.files.digests.values()]
    assert len(set(digests)) == len(digests) == 8


def test_fashion_mnist_refuses_the_digits_that_bear_its_file_names(mnist_dir: Path, tmp_path: Path) -> None:
    offline = FileSet("fashion-mnist", FashionMNIST.files.digests)
    with pytest.raises(DatasetMissingError, match="SHA-256"):
        locate(offline, mnist_dir, tmp_path)
