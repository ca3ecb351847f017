from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from latentd_export import pictures
from latentd_export.canvas import save_picture
from latentd_export.checkpoint import History
from latentd_export.pictures import draw_grid, draw_loss, draw_reconstructions
from latentd_export.row_drawing import RowDrawing

ROWS = np.random.default_rng(0).uniform(size=(5, 7, 20))
TICKS = (np.linspace(-2, 2, 7), np.linspace(3, -3, 5))


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that are saved, as they are."""
    saved: list[Figure] = []
    save = save_picture

    def keep(figure: Figure, path: Path, *palette: int) -> None:
        saved.append(figure)
        save(figure, path, *palette)

    monkeypatch.setattr(pictures, "save_picture", keep)
    return saved


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


@pytest.mark.parametrize(("losses", "scale"), [([2.0, 1.0, 0.5], "log"), ([2.0, -1.0, 0.5], "linear")])
def test_the_loss_is_drawn_by_epoch_on_a_scale_that_can_hold_it(
    tmp_path: Path, figures: list[Figure], losses: list[float], scale: str
) -> None:
    draw_loss(tmp_path / "loss.png", History(losses, [3.0, 2.0, 1.0]), "nats")
    (axes,) = figures[0].axes
    training, validation = axes.lines
    assert axes.get_yscale() == scale
    assert np.asarray(training.get_xdata()).tolist() == [1, 2, 3]
    assert np.asarray(training.get_ydata()).tolist() == losses
    assert np.asarray(validation.get_ydata()).tolist() == [3, 2, 1]
    assert axes.get_ylabel() == "loss (nats)"


def test_strips_of_rows_stand_one_above_the_other(tmp_path: Path, figures: list[Figure]) -> None:
    strips = [("original", ROWS[0]), ("output", ROWS[1])]
    draw_reconstructions(tmp_path / "rows.png", RowDrawing((4, 5), 0, 1), strips)
    assert len(figures[0].axes) == 14
    assert [axes.get_ylabel() for axes in figures[0].axes if axes.get_ylabel()] == ["original", "output"]
    np.testing.assert_array_equal(figures[0].axes[9].images[0].get_array(), ROWS[1, 2].reshape(4, 5))


def test_a_grid_s_ticks_are_the_latents_of_its_columns_and_rows(tmp_path: Path, figures: list[Figure]) -> None:
    draw_grid(tmp_path / "grid.png", RowDrawing((4, 5), 0, 1), ROWS, TICKS, ("latent 3", "latent 1"))
    (axes,) = figures[0].axes
    labels = [text.get_text() for text in axes.get_yticklabels()]
    assert (labels[0], labels[-1]) == ("-3", "3")  # from the foot upwards
    assert [text.get_text() for text in axes.get_xticklabels()][-1] == "2"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("latent 3", "latent 1")


def test_a_picture_in_colour_keeps_more_colours_than_a_grey_one(tmp_path: Path) -> None:
    counts = []
    for shape in ((4, 5), (3, 4, 5)):
        rows = np.random.default_rng(0).uniform(size=(1, 5, int(np.prod(shape))))
        draw_reconstructions(tmp_path / "rows.png", RowDrawing(shape, 0, 1), [("original", rows[0])])
        with Image.open(tmp_path / "rows.png") as picture:
            counts.append(len(picture.getcolors() or ()))
    assert counts[0] <= 32
    assert counts[1] > 100


def test_a_grid_of_one_row_is_flat(tmp_path: Path) -> None:
    draw_grid(tmp_path / "grid.png", RowDrawing((4, 5), 0, 1), ROWS[:1], (TICKS[0], np.zeros(1)), ("latent 0", ""))
    width, height = size(tmp_path / "grid.png")
    assert width > 3 * height


def test_rows_that_are_no_pictures_make_a_grid_of_lines(tmp_path: Path, figures: list[Figure]) -> None:
    draw_grid(tmp_path / "grid.png", RowDrawing(None, 0, 1), ROWS, TICKS, ("latent 0", "latent 1"))
    assert len(figures[0].axes) == 35
    np.testing.assert_array_equal(np.asarray(figures[0].axes[8].lines[0].get_ydata()), ROWS[1, 1])
