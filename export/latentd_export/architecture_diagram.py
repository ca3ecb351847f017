"""The architecture as a row of boxes, taller where a layer is wider (on a logarithmic scale)."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from latentd.bundle.records import Layer
from latentd_export.canvas import BLUE, DPI, INK, ORANGE, save_picture

BOX_WIDTH, GAP = 1.0, 0.55
INCHES = 1.15


def draw_architecture(path: Path, input_dim: int, layers: Sequence[Layer]) -> None:
    """A box for the input and for each layer, with its width, its kind and its parameter count.

    The layers of an encoder that give its outputs (latent and logvar) stand one above the other.
    """
    columns = [[layer for layer in layers if layer.part == "encoder" and layer.name in ("latent", "logvar")]]
    columns = [[row] for row in layers if row.part == "encoder" and row not in columns[0]] + columns
    columns += [[row] for row in layers if row.part == "decoder"]
    width = (len(columns) + 1) * (BOX_WIDTH + GAP)
    figure = Figure(figsize=(width * INCHES, 3.3), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    _box(axes, (0, 0), input_dim, ("input", ""), INK)
    for position, column in enumerate(columns, start=1):
        for row, layer in enumerate(column):
            offset = (len(column) - 1) * (0.75 - 1.5 * row)
            colour = BLUE if layer.part == "encoder" else ORANGE
            text = f"{layer.kind.replace(' + ', chr(10))}\n{layer.parameters:,}"
            _box(axes, (position, offset), layer.output_shape[0], (layer.name, text), colour)
        _arrow(axes, position)
    axes.set_xlim(-0.1, width - GAP + 0.1)
    axes.set_ylim(-2.05, 1.5)
    axes.axis("off")
    save_picture(figure, path)


def _box(axes: Axes, place: tuple[int, float], size: int, texts: tuple[str, str], colour: str) -> None:
    """One box with its width inside, its name above and the rest below."""
    (position, offset), (name, text) = place, texts
    left, half = position * (BOX_WIDTH + GAP), 0.22 + 0.07 * log2(size)
    half = min(half, 0.3) if offset else half
    axes.add_patch(
        FancyBboxPatch(
            (left, offset - half), BOX_WIDTH, 2 * half, boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=colour, edgecolor="none", alpha=0.9,
        )
    )  # fmt: skip  # one argument to a line would hide that this is one box
    centre = left + BOX_WIDTH / 2
    axes.text(centre, offset, f"{size:,}", ha="center", va="center", color="white", fontsize=12, fontweight="bold")
    axes.text(centre, offset + half + 0.07, name, ha="center", va="bottom", color=INK, fontsize=9)
    axes.text(centre, offset - half - 0.07, text, ha="center", va="top", color=INK, fontsize=7.5, linespacing=1.3)


def _arrow(axes: Axes, position: int) -> None:
    """From the box before `position` to the one there."""
    right = position * (BOX_WIDTH + GAP)
    style = {"arrowstyle": "-|>", "color": INK, "linewidth": 1.0}
    axes.annotate("", (right - 0.06, 0), (right - GAP + 0.06, 0), arrowprops=style)
