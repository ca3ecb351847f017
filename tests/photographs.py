"""What a camera makes of something drawn: uneven light, a vignette, noise, dark ink on light paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from pictures import Pixels

EMPTY: Pixels = np.zeros((28, 28), np.uint8)


@dataclass(frozen=True)
class Light:
    """Grey levels: `slope` from left to right and from top to bottom, `noise` as a standard deviation.

    `vignette` is the share of the light that is missing at the corners.
    """

    slope: tuple[float, float] = (0, 0)
    vignette: float = 0
    noise: float = 0
    paper: float = 50
    contrast: float = 150
    is_dark_on_light: bool = False


def photograph(drawn: Pixels, size: tuple[int, int], light: Light, share: float = 0.7, seed: int = 0) -> Pixels:
    """The drawing, a square on a `share` of the shorter side of `size` (width, height), off its middle."""
    width, height = size
    side = round(share * min(size))
    across, up = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    ink = np.zeros((height, width))
    left, top = (width - side) // 3, (height - side) * 2 // 3
    ink[top : top + side, left : left + side] = np.asarray(Image.fromarray(drawn).resize((side, side))) / 255
    levels = light.paper + light.contrast * ink
    levels = 255 - levels if light.is_dark_on_light else levels
    levels += (light.slope[0] * across + light.slope[1] * up) / 2
    levels *= (1 + light.vignette * (across**2 + up**2)) ** -1.0
    levels += np.random.default_rng(seed).normal(0, light.noise, levels.shape)
    pixels: Pixels = np.rint(levels.clip(0, 255)).astype(np.uint8)
    return pixels
