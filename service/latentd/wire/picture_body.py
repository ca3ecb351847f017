"""PNG and JPEG bodies -> pictures of the shape that a model takes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from latentd.errors import BodyUnreadableError, LatentdError, PictureTooLargeError, PictureUnusableError
from latentd.wire.ink import cut_ink
from latentd.wire.picture_formats import FORMATS

Fit = Literal["pad", "center"]
Bytes = NDArray[np.uint8]

MAX_SCANS = 64
"""Of a JPEG. A progressive one has some ten; each is a pass over the whole picture, in as little as twenty bytes."""

_SCAN = b"\xff\xda"

# A digit fills a box of five sevenths of the picture's side in MNIST (20 pixels there), centred by its mass.
_BOX_SHARE = 5 / 7


@dataclass(frozen=True, slots=True)
class PictureReader:
    """How pictures are made to fit `shape`, (H, W) for grey ones and (3, H, W) for colours.

    `invert` is for dark on light. `fit` is "pad" (scaled as a whole, centred on the background) or "center" (what is
    drawn is cut out of its background, scaled into a box and centred by its mass, as the authors of MNIST did:
    LeCun, Cortes & Burges, "The MNIST database of handwritten digits"). Uneven light and noise go with the background.
    """

    shape: tuple[int, ...]
    max_pixels: int
    setting: str
    invert: bool = False
    fit: Fit = "pad"

    def read_array(self, body: bytes, media_type: str) -> Bytes:
        """The picture as bytes 0 to 255, in `shape`.

        Raises:
            BodyUnreadableError: it is damaged, or of another format than its media type says.
            PictureTooLargeError: it has more than `max_pixels`; found from its header, before it is unpacked.
            PictureUnusableError: it is animated, or there is nothing on it to centre.
        """
        try:
            with Image.open(io.BytesIO(body), formats=[FORMATS[media_type]]) as picture:
                self._check(picture)
                _check_scans(picture, body)
                upright = ImageOps.exif_transpose(picture)
                plain = self._without_alpha(upright)
        except LatentdError:
            raise
        except Image.DecompressionBombError:  # Pillow's own limit, far above ours unless ours has been raised
            raise PictureTooLargeError(None, self.max_pixels, self.setting) from None
        except UnidentifiedImageError:
            expected = f"the bytes do not begin as those of a {FORMATS[media_type]} file do"
            raise BodyUnreadableError(f"the body is no {media_type} that can be read: {expected}") from None
        except Exception as error:  # noqa: BLE001 - Pillow raises a dozen unrelated types for damaged files
            raise BodyUnreadableError(f"the body is no {media_type} that can be read: {error}") from None
        if self.invert:
            plain = ImageOps.invert(plain)
        fitted = _center(plain, self._size) if self.fit == "center" else _pad(plain, self._size)
        values = np.asarray(fitted, np.uint8)
        return values if len(self.shape) == 2 else values.transpose(2, 0, 1)

    @property
    def _size(self) -> tuple[int, int]:
        """Width and height, as Pillow has them."""
        return self.shape[-1], self.shape[-2]

    def _check(self, picture: Image.Image) -> None:
        pixels = picture.width * picture.height
        if pixels > self.max_pixels:
            raise PictureTooLargeError(pixels, self.max_pixels, self.setting)
        # A photograph may have a thumbnail or a depth map behind it, which makes it an MPO: the first picture counts.
        if picture.format != "MPO" and (frames := getattr(picture, "n_frames", 1)) > 1:
            raise PictureUnusableError(f"expected one picture; got an animation of {frames}")

    def _without_alpha(self, picture: Image.Image) -> Image.Image:
        """Grey or RGB, 8 bits; what is transparent becomes the background."""
        mode = "L" if len(self.shape) == 2 else "RGB"
        if picture.mode.startswith("I"):  # 16 bits a pixel, which convert() would clip
            picture = Image.fromarray((np.asarray(picture).clip(0, 65535) // 257).astype(np.uint8))
        if not picture.has_transparency_data:
            return picture.convert(mode)
        paper = Image.new("RGBA", picture.size, "white" if self.invert else "black")
        return Image.alpha_composite(paper, picture.convert("RGBA")).convert(mode)


def _check_scans(picture: Image.Image, body: bytes) -> None:
    """Raise PictureUnusableError for a JPEG that takes minutes to unpack, however few its pixels are."""
    if picture.format != "PNG" and (scans := body.count(_SCAN)) > MAX_SCANS:
        raise PictureUnusableError(f"expected a JPEG of at most {MAX_SCANS} scans; got {scans}")


def _pad(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    scaled = _contain(picture, size)
    canvas = Image.new(scaled.mode, size)
    canvas.paste(scaled, ((size[0] - scaled.width) // 2, (size[1] - scaled.height) // 2))
    return canvas


def _contain(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture as large as fits into `size`; however thin it is, something of it stays."""
    share = min(size[0] / picture.width, size[1] / picture.height)
    fitted = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    return picture.resize(fitted, Image.Resampling.LANCZOS)


def _center(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    cut = Image.fromarray(cut_ink(picture))
    box = max(1, round(size[0] * _BOX_SHARE)), max(1, round(size[1] * _BOX_SHARE))
    scaled = _contain(cut, box)
    canvas = Image.new(scaled.mode, size)
    x, y = _center_of_mass(np.asarray(scaled))
    # MNIST's centre is a pixel boundary: the mean index of its own digits is half the side, not half a pixel less.
    canvas.paste(scaled, (round(size[0] / 2 - x), round(size[1] / 2 - y)))
    return canvas


def _center_of_mass(values: Bytes) -> tuple[float, float]:
    mass = values.reshape(*values.shape[:2], -1).sum(axis=2, dtype=np.float64)
    total = mass.sum() or 1.0
    x, y = mass.sum(axis=0) @ np.arange(mass.shape[1]), mass.sum(axis=1) @ np.arange(mass.shape[0])
    return float(x / total), float(y / total)
