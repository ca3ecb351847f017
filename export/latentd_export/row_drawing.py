"""Rows of values on paper: as pictures where they are pictures, as lines where they are not."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from latentd_export.canvas import BLUE, COLOURS, GREYS, strip_axes
from latentd_export.datasets import Floats

PictureShape = tuple[int, ...] | None
Array = NDArray[np.float64] | Floats


class RowDrawing:
    """Draws rows of values: as pictures where they are pictures, as lines where they are not.

    `low` and `high` are the values drawn darkest and brightest, or at the foot and the head of a line plot.
    """

    def __init__(self, picture_shape: PictureShape, low: float, high: float) -> None:
        self.picture_shape, self.low, self.high = picture_shape, low, high
        self.palette_size = COLOURS if picture_shape is not None and len(picture_shape) == 3 else GREYS

    def picture(self, row: Array) -> NDArray[np.float64]:
        """A row (D,) as grey (height, width) or colour (height, width, 3) in [0, 1]."""
        assert self.picture_shape is not None, "a row without a picture shape is drawn as a line"
        scaled = np.clip((row.reshape(self.picture_shape) - self.low) / (self.high - self.low), 0, 1)
        return scaled.transpose(1, 2, 0) if scaled.ndim == 3 else scaled

    def sheet(self, rows: Array) -> NDArray[np.float64]:
        """Rows [R, C, D] as one picture without gaps."""
        return np.concatenate([np.concatenate([self.picture(row) for row in line], axis=1) for line in rows], axis=0)

    def draw(self, axes: Axes, row: Array) -> None:
        """One row (D,) into `axes`."""
        if self.picture_shape is not None:
            axes.imshow(self.picture(row), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
        else:
            axes.plot(row, color=BLUE, linewidth=1.2)
            axes.set_ylim(self.low, self.high)
        strip_axes(axes)

    def draw_side_by_side(self, axes: Axes, rows: Array) -> None:
        """Rows (S, D) into one pair of axes, from left to right."""
        if self.picture_shape is not None:
            height, width = self.picture(rows[0]).shape[:2]
            step = width * 1.07
            for place, row in enumerate(rows):
                extent = (place * step, place * step + width, 0, height)
                axes.imshow(self.picture(row), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest", extent=extent)
            axes.set_xlim(width - step, len(rows) * step)
        else:
            for place, row in enumerate(rows):
                axes.plot(place + np.linspace(0.08, 0.92, len(row)), row, color=BLUE, linewidth=1)
            axes.set_xlim(0, len(rows))
            axes.set_ylim(self.low, self.high)
        strip_axes(axes)


def row_drawing(picture_shape: PictureShape, value_range: tuple[float, float] | None, rows: Floats) -> RowDrawing:
    """The drawing for a dataset; without a value range, the range of `rows` stands in."""
    low, high = value_range or (float(rows.min()), float(rows.max()))
    return RowDrawing(picture_shape, low, high if high > low else low + 1)
