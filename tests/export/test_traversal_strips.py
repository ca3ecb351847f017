from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from latentd_export import traversal_strips
from latentd_export.row_drawing import RowDrawing
from latentd_export.traversal_strips import Strip, draw_traversals


def drawn(path: Path, count: int, shape: tuple[int, ...] | None, monkeypatch: pytest.MonkeyPatch) -> Figure:
    figures: list[Figure] = []
    monkeypatch.setattr(traversal_strips, "save_picture", lambda figure, *_: figures.append(figure))
    random = np.random.default_rng(0)
    strips = [Strip(f"latent {dim}", np.linspace(-1, dim, 11), random.uniform(size=(11, 20))) for dim in range(count)]
    draw_traversals(path, RowDrawing(shape, 0, 1), strips)
    return figures[0]


@pytest.mark.parametrize("shape", [(4, 5), None])
@pytest.mark.parametrize("count", [1, 8, 9, 33])
def test_every_dimension_has_its_strip_and_none_overlaps_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, shape: tuple[int, ...] | None
) -> None:
    figure = drawn(tmp_path, count, shape, monkeypatch)
    assert [axes.get_ylabel() for axes in figure.axes] == [f"latent {dim}\nfrom -1.00" for dim in range(count)]
    assert [axes.texts[0].get_text() for axes in figure.axes] == [f"to {dim}.00" for dim in range(count)]
    boxes = [axes.get_position() for axes in figure.axes]
    assert all(0 <= box.x0 < box.x1 <= 1 and 0 <= box.y0 < box.y1 <= 1 for box in boxes)
    for place, box in enumerate(boxes):
        assert not any(box.x0 < other.x1 and other.x0 < box.x1 and box.y0 < other.y1 and other.y0 < box.y1
                       for other in boxes[place + 1 :])  # fmt: skip


def test_many_dimensions_are_read_down_the_first_column_then_the_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes = [axes.get_position() for axes in drawn(tmp_path, 9, (4, 5), monkeypatch).axes]
    assert len({round(box.x0, 6) for box in boxes[:5]}) == 1
    assert boxes[5].x0 > boxes[0].x1
    assert [box.y0 for box in boxes[:5]] == sorted((box.y0 for box in boxes[:5]), reverse=True)
    assert boxes[5].y0 == boxes[0].y0


def test_every_name_lies_within_the_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = drawn(tmp_path, 2, (4, 5), monkeypatch)
    figure.canvas.draw()
    for axes in figure.axes:
        box = axes.get_tightbbox()
        assert box is not None
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.width
