"""MNIST's test images, read by hand: no code of ours stands between the file and the test."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def read_test_images(mnist_dir: Path) -> NDArray[np.uint8]:
    """All 10,000 of them, [10000, 28, 28]."""
    path = next(mnist_dir.glob("t10k-images-idx3-ubyte*"))
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return np.frombuffer(content, np.uint8, offset=16).reshape(10_000, 28, 28)
