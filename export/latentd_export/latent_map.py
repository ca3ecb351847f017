"""The latent map: where the held-out rows lie, coloured by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from latentd_export.canvas import BLUE, COLOURS, INK, new_figure, save_picture
from latentd_export.class_colours import class_colours
from latentd_export.datasets import Labels

Points = NDArray[np.float64]

LEVELS = np.linspace(0, 1, 101)
SHOWN_LEVELS = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
HEAVY_TAIL = 8.0
NAMED_CLASSES = 30
NAME_GAP = 0.045


@dataclass(frozen=True)
class LatentMap:
    """Points (M, 2), what the axes are called, and the class of each point where there are classes."""

    points: Points
    axis_names: tuple[str, str]
    labels: Labels | None
    classes: Sequence[str] | None

    @property
    def by_quantile(self) -> bool:
        """Whether the axes are spaced by quantiles: where a few far points would press all others into a corner."""
        return any(heavy_tailed(self.points[:, column]) for column in (0, 1))

    @property
    def present(self) -> list[int]:
        """The classes of which there is a point."""
        return [] if self.labels is None or self.classes is None else np.unique(self.labels).tolist()

    @property
    def names_classes(self) -> bool:
        """Whether each class's name has room at its median."""
        return 0 < len(self.present) <= NAMED_CLASSES

    @property
    def outside(self) -> int:
        """How many points lie beyond the edges of the map: at most the 0.1 % farthest at either end of each axis."""
        low, high = limits(self._places).T
        return int(((self._places < low) | (self._places > high)).any(axis=1).sum())

    @cached_property
    def _places(self) -> Points:
        """Where the points stand on the axes, (M, 2)."""
        return np.column_stack([to_levels(column) for column in self.points.T]) if self.by_quantile else self.points

    def draw(self, path: Path) -> None:
        """Draws the map; no class covers another, since the points are drawn in a random order."""
        figure, axes = new_figure(7.4 if self.classes else 6.4, 6.2)
        places = self._places
        (left, right), (bottom, top) = limits(places)
        axes.set_xlim(left, right)
        axes.set_ylim(bottom, top)
        order = np.random.default_rng(0).permutation(len(places))
        size, colours = dot_size(len(places)), self._colours(order)
        axes.scatter(places[order, 0], places[order, 1], s=size, c=colours, alpha=0.85, linewidths=0)
        self._name_classes(axes)
        if self.by_quantile:
            _tick_quantiles(axes, self.points)
        axes.set_xlabel(self.axis_names[0])
        axes.set_ylabel(self.axis_names[1])
        save_picture(figure, path, COLOURS)

    def _colours(self, order: NDArray[np.intp]) -> str | list[str]:
        if self.labels is None or self.classes is None:
            return BLUE
        colours = class_colours(len(self.classes))
        return [colours[label] for label in self.labels[order]]

    def _name_classes(self, axes: Axes) -> None:
        """A legend beside the map; where they have room, each class's name at its median too."""
        if self.labels is None or self.classes is None:
            return
        colours = class_colours(len(self.classes))
        handles = [_sample(colours[label], self.classes[label]) for label in self.present]
        columns = 1 + (len(handles) - 1) // NAMED_CLASSES
        axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, ncols=columns)
        if self.names_classes:
            medians = [np.median(self._places[self.labels == label], axis=0) for label in self.present]
            _write_names(axes, np.array(medians), [self.classes[label] for label in self.present])


def dot_size(count: int) -> float:
    """The area of a point in square points of print: a few rows are to be seen, and many not to hide each other."""
    return min(25.0, max(5.0, 50_000 / count))


def heavy_tailed(values: Points) -> bool:
    """Whether 99 % of the values take more than 8 times the room of the middle half; a Gaussian's take 3.8 times it."""
    low, first, third, high = np.quantile(values, (0.005, 0.25, 0.75, 0.995))
    return bool(high - low > HEAVY_TAIL * (third - first))


def to_levels(values: Points) -> Points:
    """Each value (M,) as the share of the values below it, 0 to 1."""
    return np.asarray(np.interp(values, np.quantile(values, LEVELS), LEVELS), dtype=np.float64)


def limits(places: Points) -> Points:
    """Where each axis ends, (2, 2): a little beyond the quantiles 0.001 and 0.999, so that no hermit decides it."""
    low, high = np.quantile(places, (0.001, 0.999), axis=0)
    margin = np.where(high > low, 0.05 * (high - low), 1.0)
    return np.column_stack([low - margin, high + margin])


def _tick_quantiles(axes: Axes, points: Points) -> None:
    """Ticks at some quantiles, with the latent's value there."""
    for axis, column in ((axes.xaxis, points[:, 0]), (axes.yaxis, points[:, 1])):
        axis.set_ticks(SHOWN_LEVELS, [f"{value:.2g}" for value in np.quantile(column, SHOWN_LEVELS)])


def _sample(colour: str, name: str) -> Line2D:
    """A class's line in the legend."""
    return Line2D([], [], linestyle="", marker="o", markersize=7, color=colour, label=name)


def _write_names(axes: Axes, places: Points, names: Sequence[str]) -> None:
    """Each name at its place (K, 2) in the data's coordinates, or beside it where two would meet."""
    to_axes = axes.transData + axes.transAxes.inverted()
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 13, "fontweight": "bold", "color": INK}
    halo = [withStroke(linewidth=4.5, foreground="white")]
    for (x, y), name in zip(spread(to_axes.transform(places)), names, strict=True):
        axes.text(x, y, name, transform=axes.transAxes, path_effects=halo, **look)


def spread(places: Points, gap: float = NAME_GAP) -> Points:
    """Places (K, 2) pushed apart until no two are nearer than `gap`, as far as 200 small pushes bring them."""
    moved = places + np.random.default_rng(0).normal(scale=1e-6, size=places.shape)  # so that twins part ways
    for _ in range(200):
        between = moved[:, None] - moved[None]
        distance = np.linalg.norm(between, axis=2) + np.eye(len(moved))
        near = np.where(distance < gap, (gap - distance) / distance, 0.0)
        if not near.any():
            break
        moved = moved + 0.5 * (near[:, :, None] * between).sum(axis=1)
    return np.asarray(moved, dtype=np.float64)
