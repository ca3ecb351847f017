"""Rows of values -> pixels, and how pictures of them are laid out on one. numpy alone; drawing.py writes them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

MEDIA_TYPE = "image/png"

Pixels = NDArray[np.uint8]

_LABELLED_SIDE = 64


def to_pixels(rows: NDArray[np.float32], picture_shape: Sequence[int], low: float, high: float) -> Pixels:
    """Values [..., D] between `low` and `high` as pixels [..., H, W] or [..., H, W, 3]."""
    scaled = np.rint((rows - np.float32(low)) * np.float32(255 / (high - low)))
    pixels = scaled.clip(0, 255).astype(np.uint8).reshape(*rows.shape[:-1], *picture_shape)
    return pixels if len(picture_shape) == 2 else np.moveaxis(pixels, -3, -1)


def tile(pixels: Pixels) -> Pixels:
    """Pictures [R, C, H, W, …] side by side: one picture [R·H, C·W, …]."""
    rows, cols, height, width, *channels = pixels.shape
    return pixels.swapaxes(1, 2).reshape(rows * height, cols * width, *channels)


def arrange(pixels: Pixels) -> Pixels:
    """Pictures [N, H, W, …] as a sheet [R, C, H, W, …] about as wide as it is high; what is left over stays black."""
    count = len(pixels)
    cols = ceil(sqrt(count))
    sheet = np.zeros((ceil(count / cols) * cols, *pixels.shape[1:]), np.uint8)
    sheet[:count] = pixels
    return sheet.reshape(-1, cols, *pixels.shape[1:])


def stack(above: Pixels, below: Pixels) -> Pixels:
    """Two sheets [R, C, H, W, …] as one [2R, C, H, W, …]: under each row of the first, that of the second."""
    return np.stack([above, below], axis=1).reshape(-1, *above.shape[1:])


def enlargement(height: int) -> int:
    """How many times as large pictures of that height are drawn, to stand well under a label."""
    return max(1, _LABELLED_SIDE // height)
