"""The sheet that every picture is drawn on: its inks, its size in pixels, and how it is saved."""

from __future__ import annotations

import io
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

INK, FAINT = "#222222", "#8a8a8a"
BLUE, ORANGE = "#0072b2", "#d55e00"  # Okabe & Ito's, told apart by colour-blind readers
DPI = 110
GREYS, COLOURS = 32, 160  # palette sizes: for pictures in grey and two inks, and for many coloured classes


def new_figure(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure of `width` by `height` inches with one pair of axes, open above and to the right."""
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK, labelsize=8)
    return figure, axes


def strip_axes(axes: Axes) -> None:
    """Leaves a faint frame, without ticks."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(color="#dddddd", linewidth=0.5)


def save_picture(figure: Figure, path: Path, palette_size: int = GREYS) -> None:
    """Writes a PNG with a palette, a third of the size; written anew, it does not carry the drawing program's name."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    buffer.seek(0)
    with Image.open(buffer) as picture:
        picture.convert("RGB").quantize(palette_size).save(path, optimize=True)
