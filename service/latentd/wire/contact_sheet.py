"""Rows of values -> one PNG of pictures, with what it shows in its text chunks."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

MEDIA_TYPE = "image/png"

Pixels = NDArray[np.uint8]

# Smaller files take longer to write; at this level a sheet of 400 pictures takes about as long as decoding them.
_COMPRESS_LEVEL = 1
_LABEL_HEIGHT = 18
_LABELLED_SIDE = 64
_PAPER, _INK = "#181818", "#e8e8e8"


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


def label(strips: Mapping[str, Pixels]) -> Pixels:
    """Strips [C, H, W, …] below each other, each under its label and all as wide as the widest."""
    parts = [(name, Image.fromarray(_enlarge(tile(strip[None]), strip.shape[1]))) for name, strip in strips.items()]
    font = ImageFont.load_default(size=12)
    width = max(max(part.width, ceil(font.getlength(name)) + 8) for name, part in parts)
    height = sum(part.height + _LABEL_HEIGHT for _, part in parts)
    sheet = Image.new(parts[0][1].mode, (width, height), ImageColor.getcolor(_PAPER, parts[0][1].mode))
    draw, top = ImageDraw.Draw(sheet), 0
    for name, part in parts:
        draw.text((4, top + 1), name, fill=ImageColor.getcolor(_INK, sheet.mode), font=font)
        sheet.paste(part, (0, top + _LABEL_HEIGHT))
        top += part.height + _LABEL_HEIGHT
    return np.asarray(sheet)


def enlargement(height: int) -> int:
    """How many times as large pictures of that height are drawn, to stand well under a label."""
    return max(1, _LABELLED_SIDE // height)


def _enlarge(strip: Pixels, height: int) -> Pixels:
    times = enlargement(height)
    return strip.repeat(times, axis=0).repeat(times, axis=1)


def write_plain(pixels: Pixels, file_format: str) -> bytes:
    """A picture file of pixels [H, W] or [H, W, 3], in a format of Pillow's."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, file_format)
    return file.getvalue()


def write(pixels: Pixels, text: Mapping[str, str]) -> bytes:
    """A PNG of pixels [H, W] or [H, W, 3] with `text` in its chunks (keys are Latin-1, at most 79 characters)."""
    info = PngInfo()
    for key, value in text.items():
        info.add_text(key, value)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=_COMPRESS_LEVEL, pnginfo=info)
    return file.getvalue()
