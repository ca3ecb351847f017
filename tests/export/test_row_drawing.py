from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from latentd_export.row_drawing import RowDrawing, row_drawing


def test_a_row_is_scaled_from_its_range_to_that_of_a_picture() -> None:
    row = np.array([-1, 0, 1, 3, -5, 1], np.float32)
    expected = [[0, 0.5, 1], [1, 0, 1]]
    assert RowDrawing((2, 3), -1, 1).picture(row).tolist() == expected


def test_colours_come_last() -> None:
    row = np.arange(3 * 2 * 4, dtype=np.float32)
    picture = RowDrawing((3, 2, 4), 0, 23).picture(row)
    assert picture.shape == (2, 4, 3)
    np.testing.assert_allclose(picture[1, 2] * 23, [6, 14, 22])


def test_a_sheet_has_its_pictures_where_the_rows_are() -> None:
    rows = np.random.default_rng(0).uniform(size=(2, 3, 20))
    drawing = RowDrawing((4, 5), 0, 1)
    sheet = drawing.sheet(rows)
    assert sheet.shape == (8, 15)
    np.testing.assert_array_equal(sheet[4:, 5:10], drawing.picture(rows[1, 1]))


def test_without_a_range_the_rows_own_stands_in() -> None:
    rows = np.array([[1, 5], [2, 9]], np.float32)
    drawing = row_drawing(None, None, rows)
    assert (drawing.low, drawing.high) == (1, 9)
    flat = row_drawing(None, None, np.ones((3, 2), np.float32))
    assert flat.low < flat.high
    stated = row_drawing(None, (0.0, 255.0), rows)
    assert (stated.low, stated.high) == (0, 255)


@pytest.mark.parametrize("shape", [(2, 3), (3, 2, 1), None])
def test_rows_stand_side_by_side_from_left_to_right(shape: tuple[int, ...] | None) -> None:
    axes = Figure().add_subplot()
    RowDrawing(shape, 0, 1).draw_side_by_side(axes, np.random.default_rng(0).uniform(size=(4, 6)))
    if shape is None:
        places = [np.asarray(line.get_xdata()).mean() for line in axes.lines]
    else:
        places = [sum(image.get_extent()[:2]) / 2 for image in axes.images]
    assert len(places) == 4
    left, right = axes.get_xlim()
    assert left < places[0] < places[1] < places[2] < places[3] < right
