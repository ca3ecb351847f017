"""The pictures of a model card, drawn with matplotlib and kept small enough to commit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from latentd_export.canvas import BLUE, DPI, FAINT, INK, ORANGE, new_figure, save_picture
from latentd_export.checkpoint import History
from latentd_export.row_drawing import Array, RowDrawing


def draw_loss(path: Path, history: History, unit: str) -> None:
    """The loss of each epoch on the training and the validation rows, on a logarithmic axis."""
    figure, axes = new_figure(6.4, 3.6)
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
    save_picture(figure, path, drawing.palette_size)


def draw_grid(
    path: Path, drawing: RowDrawing, rows: Array, ticks: tuple[Array, Array], axis_names: tuple[str, str]
) -> None:
    """Decoded rows [R, C, D]; `ticks` are the latent values of the columns (ascending) and the rows (descending)."""
    if drawing.picture_shape is None:
        figure = _line_grid(drawing, rows, axis_names)
    else:
        figure = _picture_grid(drawing, rows, ticks, axis_names)
    save_picture(figure, path, drawing.palette_size)


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
    figure, axes = new_figure(6, 6 if len(rows) > 1 else 1.4)
    extent = (0, rows.shape[1], 0, len(rows))
    axes.imshow(drawing.sheet(rows), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest", extent=extent)
    for axis, values, name in ((axes.xaxis, ticks[0], axis_names[0]), (axes.yaxis, ticks[1][::-1], axis_names[1])):
        chosen = np.unique(np.linspace(0, len(values) - 1, 6).round().astype(int))
        axis.set_ticks(chosen + 0.5, [f"{values[place]:.2g}" for place in chosen])
        axis.set_label_text(name)
    axes.tick_params(length=0, labelsize=8)
    return figure
