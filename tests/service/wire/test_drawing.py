"""Pixels become picture files that say what they show, and strips stand under their labels."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from latentd.wire.contact_sheet import tile
from latentd.wire.drawing import label, write
from viewing import pixels_in, text_in

SHEETS = np.random.default_rng(1).integers(0, 256, (2, 3, 4, 5), np.uint8)
COLOURS = np.random.default_rng(2).integers(0, 256, (2, 3, 4, 5, 3), np.uint8)


@pytest.mark.parametrize("channels", [(), (3,)], ids=["grey", "colours"])
def test_strips_stand_under_their_labels(channels: tuple[int, ...]) -> None:
    strips = {
        "one": np.full((1, 32, 32, *channels), 77, np.uint8),
        "many": np.full((9, 32, 32, *channels), 99, np.uint8),
    }
    sheet = label(strips)
    assert sheet.shape == (2 * (18 + 64), 9 * 64, *channels)
    assert (sheet[18:82, :64] == 77).all()
    assert (sheet[100:, :] == 99).all()
    for top in (0, 82):
        assert sheet[top : top + 18].min() < 30
        assert sheet[top : top + 18].max() > 200


def test_a_label_wider_than_its_strip_is_not_cut_off() -> None:
    name = "latent 31 (inactive): -123456.00 to 123456.00"
    sheet = label({name: np.zeros((1, 64, 64), np.uint8)})
    written = np.flatnonzero((sheet[:18] > 100).any(axis=0))
    assert written[-1] < sheet.shape[1] - 1
    assert written[-1] > 150


@pytest.mark.parametrize("sheets", [SHEETS, COLOURS], ids=["grey", "colours"])
def test_a_png_holds_the_pixels_and_the_text(sheets: np.ndarray) -> None:
    body = write(tile(sheets), {"model": "toy", "latents": "[[1,2]]"})
    np.testing.assert_array_equal(pixels_in(body), tile(sheets))
    assert text_in(body) == {"model": "toy", "latents": "[[1,2]]"}
    with Image.open(io.BytesIO(body)) as picture:
        assert picture.mode == ("RGB" if sheets is COLOURS else "L")
