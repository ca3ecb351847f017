"""The pictures of a model card, drawn with matplotlib and kept small enough to commit."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from PIL import Image

from latentd_export.checkpoint import History
from latentd_export.datasets import Floats, Labels

INK, FAINT = "#222222", "#8a8a8a"
BLUE, ORANGE = "#0072b2", "#d55e00"  # Okabe & Ito's, told apart by colour-blind readers
# Paul Tol's "muted" scheme, safe for colour-blind readers, and black as a tenth.
CLASS_COLOURS = (
    "#332288",
    "#88ccee",
    "#44aa99",
    "#117733",
    "#999933",
    "#ddcc77",
    "#cc6677",
    "#882255",
    "#aa4499",
    "#000000",
)
DPI = 110
PALETTE_SIZE = 32

PictureShape = tuple[int, ...] | None
Array = NDArray[np.float64] | Floats


class RowDrawing:
    """Draws rows of values: as pictures where they are pictures, as lines where they are not.

    `low` and `high` are the values drawn darkest and brightest, or at the foot and the head of a line plot.
    """

    def __init__(self, picture_shape: PictureShape, low: float, high: float) -> None:
        self.picture_shape, self.low, self.high = picture_shape, low, high

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
        _strip(axes)


def row_drawing(picture_shape: PictureShape, value_range: tuple[float, float] | None, rows: Floats) -> RowDrawing:
    """The drawing for a dataset; without a value range, the range of `rows` stands in."""
    low, high = value_range or (float(rows.min()), float(rows.max()))
    return RowDrawing(picture_shape, low, high if high > low else low + 1)


def draw_loss(path: Path, history: History, unit: str) -> None:
    """The loss of each epoch on the training and the validation rows, on a logarithmic axis."""
    figure, axes = _figure(6.4, 3.6)
    epochs = np.arange(1, len(history.loss) + 1)
    axes.plot(epochs, history.loss, color=BLUE, label="training")
    axes.plot(epochs, history.validation_loss, color=ORANGE, linestyle="--", label="validation")
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylabel(f"loss ({unit})")
    if min(*history.loss, *history.validation_loss) > 0:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("{x:g}")
        axes.tick_params(axis="y", which="minor", labelsize=7, colors=FAINT)
    axes.legend(frameon=False)
    axes.grid(color="#e5e5e5", linewidth=0.6)
    save_picture(figure, path)


def draw_reconstructions(path: Path, drawing: RowDrawing, strips: Sequence[tuple[str, Array]]) -> None:
    """Strips of rows one above the other, each with its label: originals over reconstructions."""
    columns = len(strips[0][1])
    figure = Figure(figsize=(0.72 * columns + 1.1, 0.8 * len(strips)), dpi=DPI, layout="constrained")
    grid = figure.subplots(len(strips), columns, squeeze=False)
    for line, (label, rows) in zip(grid, strips, strict=True):
        for axes, row in zip(line, rows, strict=True):
            drawing.draw(axes, row)
        line[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9, color=INK)
    save_picture(figure, path)


def draw_latent_map(
    path: Path, points: Array, labels: Labels | None, classes: Sequence[str] | None, axis_names: tuple[str, str]
) -> None:
    """The held-out latents [M, 2], coloured by class where there are classes, each named at its median."""
    figure, axes = _figure(6.6, 6.2)
    if labels is None or classes is None:
        axes.scatter(points[:, 0], points[:, 1], s=5, color=BLUE, alpha=0.5, linewidths=0)
    else:
        for label, name in enumerate(classes):
            own = points[labels == label]
            axes.scatter(
                own[:, 0], own[:, 1], s=5, color=class_colour(label, len(classes)), alpha=0.6, linewidths=0, label=name
            )
        for label, name in enumerate(classes):
            if (labels == label).any():
                x, y = np.median(points[labels == label], axis=0)
                box = {
                    "boxstyle": "round,pad=0.25",
                    "facecolor": "white",
                    "edgecolor": class_colour(label, len(classes)),
                }
                axes.text(x, y, name, ha="center", va="center", fontsize=9, fontweight="bold", color=INK, bbox=box)
    for limits, column in ((axes.set_xlim, 0), (axes.set_ylim, 1)):
        low, high = np.quantile(points[:, column], (0.001, 0.999))
        margin = 0.06 * (high - low) or 1.0
        limits(low - margin, high + margin)
    axes.set_xlabel(axis_names[0])
    axes.set_ylabel(axis_names[1])
    save_picture(figure, path)


def draw_grid(
    path: Path, drawing: RowDrawing, rows: Array, ticks: tuple[Array, Array], axis_names: tuple[str, str]
) -> None:
    """Decoded rows [R, C, D]; `ticks` are the latent values of the columns (ascending) and the rows (descending)."""
    if drawing.picture_shape is None:
        figure = _line_grid(drawing, rows, axis_names)
    else:
        figure = _picture_grid(drawing, rows, ticks, axis_names)
    save_picture(figure, path)


def _line_grid(drawing: RowDrawing, rows: Array, axis_names: tuple[str, str]) -> Figure:
    """Every third or so of the rows, each as a small line plot."""
    chosen = rows[:: max(1, len(rows) // 7), :: max(1, rows.shape[1] // 7)]
    figure = Figure(figsize=(7, 7), dpi=DPI, layout="constrained")
    grid = figure.subplots(*chosen.shape[:2], squeeze=False)
    for line, own in zip(grid, chosen, strict=True):
        for axes, row in zip(line, own, strict=True):
            drawing.draw(axes, row)
    figure.supxlabel(axis_names[0])
    figure.supylabel(axis_names[1])
    return figure


def _picture_grid(drawing: RowDrawing, rows: Array, ticks: tuple[Array, Array], axis_names: tuple[str, str]) -> Figure:
    """All rows as one sheet of pictures, with latent values at the edges."""
    figure, axes = _figure(6, 6 if len(rows) > 1 else 1.4)
    extent = (0, rows.shape[1], 0, len(rows))
    axes.imshow(drawing.sheet(rows), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest", extent=extent)
    for axis, values, name in ((axes.xaxis, ticks[0], axis_names[0]), (axes.yaxis, ticks[1][::-1], axis_names[1])):
        chosen = np.unique(np.linspace(0, len(values) - 1, 6).round().astype(int))
        axis.set_ticks(chosen + 0.5, [f"{values[place]:.2g}" for place in chosen])
        axis.set_label_text(name)
    axes.tick_params(length=0, labelsize=8)
    return figure


def draw_traversals(path: Path, drawing: RowDrawing, strips: Sequence[tuple[str, Array, Array]]) -> None:
    """One strip for each dimension: its label, the latent values [S], the decoded rows [S, D]."""
    steps = len(strips[0][1])
    figure = Figure(figsize=(0.74 * steps + 1.2, 0.92 * len(strips)), dpi=DPI, layout="constrained")
    for line, (label, values, rows) in zip(figure.subplots(len(strips), steps, squeeze=False), strips, strict=True):
        for axes, value, row in zip(line, values, rows, strict=True):
            drawing.draw(axes, row)
            axes.set_title(f"{value:.2f}", fontsize=7, color=FAINT, pad=2)
        line[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9, color=INK)
    save_picture(figure, path)


def class_colour(label: int, count: int) -> str | tuple[float, ...]:
    """A colour for each class, the same in every picture."""
    return CLASS_COLOURS[label] if count <= len(CLASS_COLOURS) else colormaps["viridis"](label / (count - 1))


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK, labelsize=8)
    return figure, axes


def _strip(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(color="#dddddd", linewidth=0.5)


def save_picture(figure: Figure, path: Path) -> None:
    """Writes a PNG with a palette, a third of the size, and without the drawing program's name and version."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    buffer.seek(0)
    with Image.open(buffer) as picture:
        picture.convert("RGB").quantize(PALETTE_SIZE).save(path, optimize=True)
