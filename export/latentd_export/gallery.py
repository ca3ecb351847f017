"""Which pictures a model card shows, and of what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from latentd_export import pictures
from latentd_export.architecture_diagram import draw_architecture
from latentd_export.datasets import Dataset, Floats
from latentd_export.evaluation import masked_rows
from latentd_export.facts import Facts
from latentd_export.latent_axes import dims_by_variance, grid_latents, traversal_latents, widest_dims
from latentd_export.latent_map import LatentMap
from latentd_export.row_drawing import RowDrawing, row_drawing
from latentd_export.traversal_strips import Strip, draw_traversals

SHOWN_ROWS, GRID_SIDE, STEPS, SHOWN_DIMS = 10, 15, 11, 128


@dataclass(frozen=True)
class Picture:
    """One picture of the card: its file, and what it shows, in a sentence."""

    file: str
    title: str
    caption: str


def draw_gallery(folder: Path, facts: Facts) -> tuple[Picture, ...]:
    """Draws every picture into `folder` and says what each shows."""
    drawing = row_drawing(facts.dataset.picture_shape, facts.dataset.value_range, facts.dataset.held_out)
    return (
        _architecture(folder, facts),
        _loss(folder, facts),
        _reconstructions(folder, facts, drawing),
        _latent_map(folder, facts),
        _grid(folder, facts, drawing),
        _traversals(folder, facts, drawing),
    )


def _architecture(folder: Path, facts: Facts) -> Picture:
    draw_architecture(folder / "architecture.png", facts.dataset.input_dim, facts.layers)
    caption = "Encoder in blue, decoder in orange: the width of each layer, its kind and its number of parameters."
    return Picture("architecture.png", "Architecture", caption)


def _loss(folder: Path, facts: Facts) -> Picture:
    recipe = facts.trained.recipe
    unit = "nats" if recipe.objective.reconstruction == "cross-entropy" or facts.has_prior else "squared value"
    pictures.draw_loss(folder / "loss.png", facts.trained.history, unit)
    rows = (
        f"{len(facts.split.validation):,} validation rows" if len(facts.split.validation) else "the first training rows"
    )
    return Picture("loss.png", "Loss", f"The objective after each epoch, on the training rows and on {rows}.")


def _reconstructions(folder: Path, facts: Facts, drawing: RowDrawing) -> Picture:
    rows = facts.dataset.held_out[_shown(facts.dataset)]
    strips = [("original", rows)]
    corruption = facts.trained.recipe.corruption
    if corruption is not None:
        inputs = masked_rows(rows, corruption.judged_masked, facts.dataset.value_range)
        strips.append((f"{corruption.judged_masked:.0%} masked", inputs))
    outputs = facts.graphs.decode(facts.graphs.encode(strips[-1][1])[0])
    pictures.draw_reconstructions(folder / "reconstructions.png", drawing, [*strips, ("output", outputs)])
    caption = "Held-out rows above what the model makes of them"
    caption += "; it sees the masked rows in the middle." if corruption else "."
    return Picture("reconstructions.png", "Reconstructions", caption)


def _latent_map(folder: Path, facts: Facts) -> Picture:
    points, names, how = _project(facts.latents)
    drawn = LatentMap(points, names, facts.dataset.held_out_labels, facts.dataset.classes)
    drawn.draw(folder / "latent_map.png")
    coloured = ", coloured by class" if facts.dataset.classes else ""
    coloured += ", with each class's name at its median" if drawn.names_classes else ""
    spaced = (
        " The axes are spaced by quantiles, as those of the decoded grid are: equal widths hold equally many rows, and"
        " the far ones do not press the others into a corner."
        if drawn.by_quantile
        else ""
    )
    outside = f" {drawn.outside:,} of them lie beyond its edges." if drawn.outside else ""
    caption = f"The {len(points):,} held-out rows {how}{coloured}.{outside}{spaced}"
    return Picture("latent_map.png", "Latent map", caption)


def _grid(folder: Path, facts: Facts, drawing: RowDrawing) -> Picture:
    latents = grid_latents(facts.statistics, GRID_SIDE, has_prior=facts.has_prior)
    dims = widest_dims(facts.statistics, 2)
    columns, rows = latents[0, :, dims[0]], latents[:, 0, dims[-1]]
    names = (f"latent {dims[0]}", f"latent {dims[-1]}" if len(dims) > 1 else "")
    pictures.draw_grid(
        folder / "grid.png", drawing, facts.graphs.decode(latents.astype(np.float32)), (columns, rows), names
    )
    levels = "the prior's" if facts.has_prior else "the training latents'"
    others = (
        ""
        if len(facts.statistics.mean) <= 2
        else " The two dimensions of largest variance; the others stand at their base."
    )
    return Picture(
        "grid.png",
        "Decoded grid",
        f"Decoded latents at evenly spaced levels, 0.05 to 0.95, of {levels} quantiles.{others}",
    )


def _traversals(folder: Path, facts: Facts, drawing: RowDrawing) -> Picture:
    dims = dims_by_variance(facts.statistics)
    shown = dims[:SHOWN_DIMS]
    draw_traversals(folder / "traversals.png", drawing, [_strip(facts, dim) for dim in shown])
    base = "the prior's mean" if facts.has_prior else "the median of the training latents"
    which = "" if len(shown) == len(dims) else f" Shown are the {len(shown)} of largest variance."
    caption = (
        f"In each strip one dimension is varied over the levels 0.05 to 0.95, the others are held at {base}. "
        f"The dimensions stand in the order of their variance, the largest first.{which}"
    )
    return Picture("traversals.png", "Traversals", caption)


def _strip(facts: Facts, dim: int) -> Strip:
    latents = traversal_latents(facts.statistics, dim, STEPS, has_prior=facts.has_prior)
    return Strip(f"latent {dim}", latents[:, dim], facts.graphs.decode(latents.astype(np.float32)))


def _shown(dataset: Dataset) -> NDArray[np.intp]:
    """Rows to show: the first of each class where there are classes, else the first ones."""
    if dataset.held_out_labels is None:
        return np.arange(min(SHOWN_ROWS, len(dataset.held_out)))
    return np.unique(dataset.held_out_labels, return_index=True)[1][:SHOWN_ROWS]


def _project(latents: Floats) -> tuple[NDArray[np.float64], tuple[str, str], str]:
    """Two coordinates for each latent, the names of the axes, and how they were got."""
    rows = latents.astype(np.float64)
    if rows.shape[1] == 2:
        return rows, ("latent 0", "latent 1"), "by their two latent dimensions"
    if rows.shape[1] == 1:
        spread = np.random.default_rng(0).uniform(-1, 1, len(rows))
        return np.column_stack([rows[:, 0], spread]), ("latent 0", ""), "by their latent, spread at random in height"
    centred = rows - rows.mean(axis=0)
    _, scale, axes = np.linalg.svd(centred, full_matrices=False)
    share = scale[:2] ** 2 / (scale**2).sum()
    names = tuple(f"component {number} ({part:.0%} of the variance)" for number, part in enumerate(share, start=1))
    return centred @ axes[:2].T, (names[0], names[1]), "by the first two principal components of their latents"
