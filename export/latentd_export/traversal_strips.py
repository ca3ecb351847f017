"""Traversals: for each latent dimension a strip of decoded rows, in which that dimension alone varies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latentd_export.canvas import DPI, FAINT, INK, save_picture
from latentd_export.row_drawing import Array, RowDrawing

ONE_COLUMN = 8  # that many strips stand one above the other; more of them take two columns
BEFORE, BEHIND, GAP = 1.05, 0.75, 0.08  # inches before a strip for its name, behind it for its end, and between two


@dataclass(frozen=True)
class Strip:
    """One dimension: its name, the latent values (S,), ascending, and the decoded rows (S, D)."""

    name: str
    values: Array
    rows: Array


def draw_traversals(path: Path, drawing: RowDrawing, strips: Sequence[Strip]) -> None:
    """The strips in reading order: down the first column, then down the second."""
    columns = 1 if len(strips) <= ONE_COLUMN else 2
    lines, cell = ceil(len(strips) / columns), 0.8 if columns == 1 else 0.46
    length = cell * len(strips[0].rows)
    width, height = columns * (BEFORE + length + BEHIND), lines * (cell + GAP)
    figure = Figure(figsize=(width, height), dpi=DPI)
    for place, strip in enumerate(strips):
        column, line = divmod(place, lines)
        left, bottom = column * (BEFORE + length + BEHIND) + BEFORE, height - (line + 1) * (cell + GAP) + GAP / 2
        axes = figure.add_axes((left / width, bottom / height, length / width, cell / height))
        _draw_strip(axes, drawing, strip)
    save_picture(figure, path, drawing.palette_size)


def _draw_strip(axes: Axes, drawing: RowDrawing, strip: Strip) -> None:
    """The rows side by side, between the lowest and the highest value."""
    drawing.draw_side_by_side(axes, strip.rows)
    low, high = f"{strip.values[0]:.2f}", f"{strip.values[-1]:.2f}"
    axes.set_ylabel(f"{strip.name}\nfrom {low}", rotation=0, ha="right", va="center", fontsize=8, color=INK)
    axes.text(1.01, 0.5, f"to {high}", transform=axes.transAxes, ha="left", va="center", fontsize=8, color=FAINT)
