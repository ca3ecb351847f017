"""Photographs of MNIST's digits, fitted and encoded by the shipped models: the light makes hardly a difference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digits import read_test_images
from latentd.inference import Registry
from latentd.wire.picture_body import PictureReader
from photographs import Light, photograph
from pictures import Pixels, jpeg, png

MODELS = Path(__file__).parents[2] / "models"
ROWS = 12
LIGHTS = [
    Light(slope=(20, 20)),
    Light(slope=(-60, 40), vignette=0.1),
    Light(slope=(60, -20), vignette=0.1, noise=8),
    Light(slope=(60, 30), vignette=0.1, noise=5, is_dark_on_light=True),
    Light(slope=(50, 0), noise=5, paper=10, is_dark_on_light=True),  # half of the paper is overexposed
]


@pytest.fixture(scope="module")
def shipped() -> Registry:
    return Registry.load(MODELS, threads=1)


@pytest.fixture(scope="module")
def digits(mnist_dir: Path) -> Pixels:
    return read_test_images(mnist_dir)[:ROWS]


def read(pixels: Pixels, light: Light, media_type: str = "image/png") -> Pixels:
    reader = PictureReader((28, 28), pixels.size, "LIMIT", invert=light.is_dark_on_light, fit="center")
    return reader.read_array(png(pixels) if media_type == "image/png" else jpeg(pixels), media_type)


def check_near(shipped: Registry, digits: Pixels, fitted: list[Pixels]) -> None:
    """The latents of fitted photographs lie as near to those of their digits as no other digit's do."""
    for model in shipped:
        found, clean = (model.encode(np.stack(each) / np.float32(255)) for each in (fitted, list(digits)))
        gaps = np.linalg.norm((found[:, None] - clean) / np.array(model.manifest.latent_statistics.std), axis=2)
        own, other = np.diag(gaps), (gaps + np.diag([np.inf] * len(gaps))).min(axis=1)
        assert np.median(own / other) < 0.6, model.manifest.name
        assert np.median(own) / np.sqrt(model.latents.dim) < 0.4


@pytest.mark.parametrize("size", [(60, 80), (200, 150), (800, 600)], ids=str)
@pytest.mark.parametrize("light", LIGHTS, ids=str)
def test_a_photographed_digit_has_nearly_its_latent(
    shipped: Registry, digits: Pixels, size: tuple[int, int], light: Light
) -> None:
    fitted = [read(photograph(pixels, size, light, seed=seed), light) for seed, pixels in enumerate(digits)]
    check_near(shipped, digits, fitted)


def test_so_has_one_of_six_megapixels_as_a_jpeg(shipped: Registry, digits: Pixels) -> None:
    light = LIGHTS[3]
    fitted = [read(photograph(pixels, (3000, 2000), light), light, "image/jpeg") for pixels in digits[:4]]
    check_near(shipped, digits[:4], fitted)
