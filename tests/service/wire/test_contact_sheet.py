"""Rows become one PNG of pictures, with what it shows in its text chunks."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from latentd.wire.contact_sheet import arrange, enlargement, label, stack, tile, to_pixels, write
from viewing import pixels_in, side_by_side, text_in

SHEETS = np.random.default_rng(1).integers(0, 256, (2, 3, 4, 5), np.uint8)
COLOURS = np.random.default_rng(2).integers(0, 256, (2, 3, 4, 5, 3), np.uint8)


def test_values_become_the_nearest_pixels() -> None:
    values = np.array([0, 1, 0.5, 1 / 255, 0.00195, 0.00197, -1e-6, 1.0001], np.float32)
    assert to_pixels(values, (2, 4), 0, 1).tolist() == [[0, 255, 128, 1], [0, 1, 0, 255]]
    assert to_pixels(np.array([-1, 0, 1, 3], np.float32), (2, 2), -1, 3).tolist() == [[0, 64], [128, 255]]


def test_every_level_survives_the_way_there_and_back() -> None:
    levels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(
        to_pixels(levels.astype(np.float32) / np.float32(255), (16, 16), 0, 1).ravel(), levels
    )


def test_colours_move_behind_the_picture() -> None:
    values = np.random.default_rng(3).random((4, 3 * 2 * 5)).astype(np.float32)
    pixels = to_pixels(values, (3, 2, 5), 0, 1)
    assert pixels.shape == (4, 2, 5, 3)
    assert pixels[1, 0, 4, 2] == round(float(values[1, 2 * 10 + 4]) * 255)


@pytest.mark.parametrize("sheets", [SHEETS, COLOURS], ids=["grey", "colours"])
def test_pictures_stand_side_by_side(sheets: np.ndarray) -> None:
    np.testing.assert_array_equal(tile(sheets), side_by_side(sheets))


@pytest.mark.parametrize(("count", "shape"), [(1, (1, 1)), (2, (1, 2)), (5, (2, 3)), (6, (2, 3)), (17, (4, 5))])
def test_a_sheet_is_about_as_wide_as_high(count: int, shape: tuple[int, int]) -> None:
    pictures = np.full((count, 2, 2), 9, np.uint8)
    sheet = arrange(pictures)
    assert sheet.shape == (*shape, 2, 2)
    assert (sheet.reshape(-1, 2, 2)[:count] == 9).all()
    assert not sheet.reshape(-1, 2, 2)[count:].any()


def test_rows_of_two_sheets_alternate() -> None:
    above, below = SHEETS, 255 - SHEETS
    np.testing.assert_array_equal(stack(above, below), np.stack([above[0], below[0], above[1], below[1]]))


@pytest.mark.parametrize(("height", "times"), [(1, 64), (3, 21), (28, 2), (32, 2), (64, 1), (500, 1)])
def test_small_pictures_are_enlarged_under_a_label(height: int, times: int) -> None:
    assert enlargement(height) == times


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
