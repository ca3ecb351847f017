"""What is drawn, cut out of pictures in any light."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from PIL import Image

from latentd.errors import PictureUnusableError
from latentd.wire.ink import cut_ink
from photographs import EMPTY, Light, photograph
from pictures import Pixels, digit

SIZES = [(60, 80), (200, 150), (800, 600)]
LIGHTS = [
    Light(slope=(10, 0)),
    Light(slope=(0, -20)),
    Light(slope=(60, -60)),
    Light(vignette=0.2),
    Light(noise=3),
    Light(noise=8),
    Light(slope=(-60, 30), vignette=0.15, noise=8),
    Light(slope=(60, 40), noise=5, paper=0),  # black where it would be darker
    Light(noise=5, contrast=60, slope=(30, 0)),
]
CASES = [*product(SIZES, LIGHTS), ((3000, 2000), LIGHTS[6]), ((3000, 2000), Light((60, 0), is_dark_on_light=True))]
PHOTOGRAPHS = pytest.mark.parametrize(("size", "light"), CASES, ids=str)


def as_light_on_dark(pixels: Pixels, light: Light) -> Image.Image:
    return Image.fromarray(255 - pixels if light.is_dark_on_light else pixels)


@pytest.mark.parametrize("size", [(28, 28), (90, 50), (300, 500), (2000, 900)], ids=str)
@pytest.mark.parametrize("ink", [255, 200, 60])
def test_a_clean_drawing_is_cut_to_the_pixel(size: tuple[int, int], ink: int) -> None:
    width, height = size
    picture = digit(size, (width // 4, height // 3, width * 3 // 4, height * 5 // 6), ink)
    values = np.asarray(picture)
    rows, cols = (np.flatnonzero(values.any(axis=axis)) for axis in (1, 0))
    wanted = values[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1].astype(int) * 255 // ink
    got = cut_ink(picture)
    if max(size) <= 1000:
        np.testing.assert_array_equal(got, wanted)
    else:  # more than is needed is read at half the size
        assert np.abs(np.array(got.shape) * 2 - wanted.shape).max() <= 2


@PHOTOGRAPHS
def test_the_light_makes_no_difference(size: tuple[int, int], light: Light) -> None:
    drawing = np.asarray(digit((28, 28), (6, 4, 22, 24)))
    best, got = (
        Image.fromarray(cut_ink(as_light_on_dark(photograph(drawing, size, each), light)))
        for each in (Light(is_dark_on_light=light.is_dark_on_light), light)
    )
    for ours, theirs in zip(got.size, best.size, strict=True):
        assert ours == pytest.approx(theirs, rel=0.1, abs=2)
    small = [np.asarray(each.resize((8, 10), Image.Resampling.BOX), float) for each in (best, got)]
    assert np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1] > (0.95 if min(size) > 100 else 0.85)


@PHOTOGRAPHS
def test_nothing_is_drawn_on_an_empty_picture(size: tuple[int, int], light: Light) -> None:
    for seed in range(3):
        with pytest.raises(PictureUnusableError, match="got a blank picture"):
            cut_ink(as_light_on_dark(photograph(EMPTY, size, light, seed=seed), light))


def test_a_single_bright_pixel_is_noise_among_noise_and_drawn_on_a_clean_ground() -> None:
    pixels = photograph(EMPTY, (60, 50), Light(noise=8))
    pixels[20, 30] = 75
    with pytest.raises(PictureUnusableError):
        cut_ink(Image.fromarray(pixels))
    pixels[:] = 50
    pixels[20, 30] = 75
    np.testing.assert_array_equal(cut_ink(Image.fromarray(pixels)), [[255]])


def test_colours_are_cut_together() -> None:
    red = digit((90, 90), (20, 30, 60, 80))
    picture = Image.merge("RGB", [red, Image.new("L", red.size, 40), Image.new("L", red.size)])
    got = cut_ink(picture)
    np.testing.assert_array_equal(got[..., 0], cut_ink(red))
    assert not got[..., 1:].any()
