"""What is drawn on a picture, cut out of its background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from PIL import Image

from latentd.errors import PictureUnusableError
from latentd.wire.background import Background, Levels, Pixels, noise_in, places

Box = tuple[int, int, int, int]
"""Left, upper, right and lower edge, as Pillow has them."""

_FAR = 64  # pixels on the longer side, in each of which the noise of many is evened out
_ENOUGH = 256  # pixels on the longer side of what is drawn, which goes into far fewer
_VISIBLE = 1 / 16  # of the whole range, and of what stands out most
_NOISE = 2  # standard deviations that are taken off with the background
_CERTAIN = 5  # standard deviations: hardly one of a million pixels stands out so far by chance


def cut_ink(picture: Image.Image) -> Pixels:
    """What is drawn light on dark on a grey or RGB picture, [h, w] or [h, w, 3], stretched to the whole range.

    It is looked for from afar, where noise evens out, and then nearer and nearer, around where it was seen.
    Raises PictureUnusableError where nothing stands out.
    """
    backgrounds = [Background.behind(np.asarray(band)) for band in picture.split()]
    box, step = (0, 0, *picture.size), 1
    while max(picture.size) > _FAR * step:
        step *= 2
    while True:
        ink = _Ink.seen(picture, backgrounds, box, step)
        bounds = ink.bounds()
        if step == 1 or max(bounds[2] - bounds[0], bounds[3] - bounds[1]) > _ENOUGH:
            return ink.stretch(bounds)
        box, step = _around(bounds, box, step), step // 2


@dataclass(frozen=True, slots=True)
class _Ink:
    """How far a part of a picture stands out of the background's noise: `heights` [h, w, c] in grey levels."""

    heights: Levels
    noise: float

    @classmethod
    def seen(cls, picture: Image.Image, backgrounds: list[Background], box: Box, step: int) -> Self:
        """In `box`, with a square of `step` pixels as one."""
        left, upper, right, lower = box
        rows, cols = places(upper, lower, picture.height, step), places(left, right, picture.width, step)
        levels = np.stack([np.asarray(band) for band in picture.reduce(step, box).split()], axis=-1)
        above = levels - np.stack([background.at(rows, cols) for background in backgrounds], axis=-1)
        evened_out = max(background.noise for background in backgrounds) / step
        noise = max(noise_in(above, levels), evened_out)  # a small part alone may hardly tell
        return cls((above - _NOISE * noise).clip(min=0), noise)

    def bounds(self) -> Box:
        """The box of what is certainly drawn. Raises PictureUnusableError where nothing is."""
        drawn = (self.heights > max(_VISIBLE * self.heights.max(), (_CERTAIN - _NOISE) * self.noise)).any(axis=2)
        rows, cols = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
        if not rows.size:
            raise _blank()
        return int(cols[0]), int(rows[0]), int(cols[-1]) + 1, int(rows[-1]) + 1

    def stretch(self, box: Box) -> Pixels:
        """What is in that box, its highest level as white. Raises PictureUnusableError where that is hardly visible."""
        left, upper, right, lower = box
        highest = self.heights.max() - self.noise  # with some noise on top
        if highest < _VISIBLE * 255:
            raise _blank()
        stretched = (self.heights[upper:lower, left:right] * (255 / highest)).clip(max=255)
        pixels: Pixels = np.rint(stretched).astype(np.uint8)
        return pixels[..., 0] if pixels.shape[2] == 1 else pixels


def _around(bounds: Box, box: Box, step: int) -> Box:
    """The pixels of `bounds`, which counts steps within `box`, and a step more on each side."""
    left, upper, right, lower = (box[side % 2] + step * bounds[side] for side in range(4))
    return max(left - step, box[0]), max(upper - step, box[1]), min(right + step, box[2]), min(lower + step, box[3])


def _blank() -> PictureUnusableError:
    return PictureUnusableError("expected something drawn light on dark, to be centred; got a blank picture")
