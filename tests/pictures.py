"""Picture files to send."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Pixels = NDArray[np.uint8]


def png(picture: Image.Image | Pixels, **options: Any) -> bytes:
    return _saved(picture, "PNG", options)


def jpeg(picture: Image.Image | Pixels, **options: Any) -> bytes:
    return _saved(picture, "JPEG", {"quality": 95, **options})


def _saved(picture: Image.Image | Pixels, form: str, options: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(file, form, **options)
    return file.getvalue()


def scanned(scans: int, side: int = 64) -> bytes:
    """A progressive JPEG whose last scan, of some twenty bytes, is there so many times more."""
    body = jpeg(np.zeros((side, side), np.uint8), progressive=True)
    last = body[body.rindex(b"\xff\xda") : -2]
    return body[:-2] + last * scans + body[-2:]


def turned(orientation: int) -> Image.Exif:
    """EXIF that says how a camera was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def animation(frames: int = 3) -> bytes:
    pictures = [Image.new("L", (8, 8), 40 * place) for place in range(frames)]
    return png(pictures[0], save_all=True, append_images=pictures[1:])


def claiming(width: int, height: int) -> bytes:
    """A small PNG that says of itself that it is this large."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
            (b"IDAT", zlib.compress(bytes(1000))),
            (b"IEND", b""),
        )
    )


def digit(size: tuple[int, int], box: tuple[int, int, int, int], ink: int = 255, paper: int = 0) -> Image.Image:
    """Something like a 7, drawn into that box."""
    picture = Image.new("L", size, paper)
    left, top, right, bottom = box
    width = max(2, (right - left) // 6)
    line = [(left + width, top + width), (right - width, top + width), (left + (right - left) // 3, bottom - width)]
    ImageDraw.Draw(picture).line(line, fill=ink, width=width, joint="curve")
    return picture


def center_of_mass(values: NDArray[Any]) -> tuple[float, float]:
    """Row and column of the middle of what is drawn."""
    total = values.sum(dtype=np.float64)
    rows, cols = (np.arange(size) for size in values.shape)
    return float(values.sum(axis=1) @ rows / total), float(values.sum(axis=0) @ cols / total)
