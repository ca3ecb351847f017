"""The surface of light behind what is drawn, and the noise around it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digits import read_test_images
from latentd.wire.background import Background, noise_in, places
from photographs import EMPTY, Light, photograph
from pictures import Pixels, digit

SIZES = pytest.mark.parametrize("size", [(28, 28), (80, 60), (400, 301), (640, 480)], ids=str)
LIGHTS = [Light(slope=(20, 0)), Light(slope=(-60, 40)), Light(vignette=0.2), Light((40, -60), 0.1)]


def surface_of(pixels: Pixels) -> np.ndarray:
    return Background.behind(pixels).at(*(places(0, size, size) for size in pixels.shape))


def drawn(size: tuple[int, int]) -> Pixels:
    width, height = size
    return np.asarray(digit(size, (width // 5, height // 5, width * 4 // 5, height * 4 // 5)))


@SIZES
@pytest.mark.parametrize("paper", [0, 10, 127])
def test_an_even_background_is_found_exactly(size: tuple[int, int], paper: int) -> None:
    pixels = np.maximum(drawn(size), paper).astype(np.uint8)
    np.testing.assert_allclose(surface_of(pixels), paper, atol=1e-3)


def test_nothing_is_behind_the_digits_of_mnist(mnist_dir: Path) -> None:
    for pixels in read_test_images(mnist_dir)[:300]:
        assert surface_of(pixels).max() < 1e-3


@SIZES
@pytest.mark.parametrize("light", LIGHTS, ids=str)
def test_uneven_light_is_found_behind_what_is_drawn(size: tuple[int, int], light: Light) -> None:
    pixels, empty = (photograph(drawing, size, light) for drawing in (drawn((28, 28)), EMPTY))
    assert np.abs(surface_of(pixels) - empty).max() < 5  # light is not quite of the second degree


@pytest.mark.parametrize("noise", [3, 8])
def test_noise_moves_it_little_and_is_measured(noise: float) -> None:
    pixels, empty = (photograph(drawn((28, 28)), (300, 200), Light((60, -30), noise=level)) for level in (noise, 0))
    surface = surface_of(pixels)
    assert np.abs(surface - surface_of(empty)).max() < noise / 2
    assert noise_in(pixels - surface, pixels) == pytest.approx(noise, rel=0.15)


def test_what_is_black_has_no_noise_to_be_measured() -> None:
    """A camera shows as black whatever is darker: half of this picture has lost its noise, and tells nothing."""
    light = Light((80, 0), noise=5, paper=0)
    pixels = photograph(EMPTY, (300, 200), light)
    surface = surface_of(pixels)
    assert (pixels == 0).mean() > 0.4
    assert surface.min() == 0
    assert noise_in(pixels - surface, pixels) == pytest.approx(5, rel=0.25)


def test_a_clean_drawing_has_no_noise() -> None:
    pixels = drawn((200, 200))
    assert noise_in(pixels - surface_of(pixels), pixels) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("width", [5, 6, 8])
def test_a_stroke_that_fills_a_narrow_picture_is_not_taken_for_light(width: int) -> None:
    stroke = np.zeros((20, width), np.uint8)
    stroke[:, 1:-1] = 255
    stroke[:, [1, -2]] = 120
    np.testing.assert_array_equal(surface_of(stroke), 0)


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 2), (1, 900), (900, 1)], ids=str)
def test_the_smallest_pictures_have_a_background(shape: tuple[int, int]) -> None:
    surface = surface_of(np.random.default_rng(0).integers(0, 256, shape, np.uint8))
    assert surface.shape == shape
    assert np.isfinite(surface).all()


def test_places_are_the_middles_of_pixels() -> None:
    np.testing.assert_allclose(places(0, 4, 4), [-0.75, -0.25, 0.25, 0.75])
    np.testing.assert_allclose(places(0, 4, 4, 2), [-0.5, 0.5])
    np.testing.assert_allclose(places(2, 4, 4), [0.25, 0.75])


def test_a_picture_seen_from_afar_has_the_same_background() -> None:
    pixels = photograph(EMPTY, (128, 96), Light((60, -30)))
    background = Background.behind(pixels)
    far = np.asarray(Image.fromarray(pixels).reduce(4))
    assert np.abs(background.at(places(0, 96, 96, 4), places(0, 128, 128, 4)) - far).max() < 2
