from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latentd_export.canvas import DPI, new_figure, save_picture, strip_axes


def rainbow(path: Path, colours: int) -> bytes:
    figure, axes = new_figure(3, 2)
    axes.imshow(np.random.default_rng(0).uniform(size=(20, 20, 3)))
    strip_axes(axes)
    save_picture(figure, path, colours)
    return path.read_bytes()


@pytest.mark.parametrize("colours", [16, 100])
def test_a_picture_has_a_palette_and_tells_nothing_of_its_making(tmp_path: Path, colours: int) -> None:
    rainbow(tmp_path / "drawn.png", colours)
    with Image.open(tmp_path / "drawn.png") as picture:
        assert picture.mode == "P"
        assert picture.size == (3 * DPI, 2 * DPI)
        assert len(picture.getcolors() or ()) <= colours
        assert not picture.info.keys() & {"Software", "Creation Time"}


def test_the_same_drawing_gives_the_same_bytes(tmp_path: Path) -> None:
    assert rainbow(tmp_path / "one.png", 32) == rainbow(tmp_path / "two.png", 32)
