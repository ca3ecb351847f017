"""Pixels -> picture files, with what they show in their text chunks, and labels that are drawn on them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from math import ceil

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from latentd.wire.contact_sheet import Pixels, enlargement, tile

# Smaller files take longer to write; at this level a sheet of 400 pictures takes about as long as decoding them.
_COMPRESS_LEVEL = 1
_LABEL_HEIGHT = 18
_PAPER, _INK = "#181818", "#e8e8e8"


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
