"""Rows become pixels, and pictures of them stand where they should."""

from __future__ import annotations

import numpy as np
import pytest

from latentd.wire.contact_sheet import arrange, enlargement, stack, tile, to_pixels
from viewing import side_by_side

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
