from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from latentd_export.class_colours import class_colours
from latentd_export.latent_map import LatentMap, dot_size, heavy_tailed, limits, spread, to_levels

RANDOM = np.random.default_rng(0)
ROUND = RANDOM.standard_normal((2000, 2))
FAR = RANDOM.standard_cauchy((2000, 2))
NAMES = ("latent 0", "latent 1")


@pytest.mark.parametrize(
    ("values", "heavy"),
    [(ROUND[:, 0], False), (RANDOM.uniform(size=500), False), (np.zeros(50), False), (FAR[:, 0], True)],
)
def test_only_values_with_far_ones_among_them_are_heavy_tailed(values: np.ndarray, heavy: bool) -> None:
    assert heavy_tailed(values) is heavy


def test_levels_are_even_and_keep_the_order() -> None:
    levels = to_levels(FAR[:, 0])
    assert np.array_equal(np.argsort(levels), np.argsort(FAR[:, 0]))
    np.testing.assert_allclose(np.quantile(levels, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.005)


def test_axes_are_spaced_by_quantiles_where_a_few_points_lie_far_out() -> None:
    assert not LatentMap(ROUND, NAMES, None, None).by_quantile
    assert LatentMap(FAR, NAMES, None, None).by_quantile
    assert LatentMap(np.column_stack([ROUND[:, 0], FAR[:, 0]]), NAMES, None, None).by_quantile


def test_a_hermit_is_left_out_and_counted() -> None:
    points = np.concatenate([ROUND, [[60.0, 0.0], [0.0, -60.0]]])
    assert abs(limits(points)).max() < 5
    drawn = LatentMap(points, NAMES, None, None)
    assert drawn.outside >= 2
    assert LatentMap(FAR, NAMES, None, None).outside == 0


def test_a_few_points_are_drawn_larger_than_many() -> None:
    assert dot_size(50) == 25
    assert 5 < dot_size(5000) < 25
    assert dot_size(10_000) == dot_size(10**6) == 5


def test_points_that_are_all_the_same_have_room_around_them() -> None:
    np.testing.assert_array_equal(limits(np.full((9, 2), 3.0)), [[2, 4], [2, 4]])


def test_names_are_pushed_apart_and_those_with_room_stay() -> None:
    places = np.array([[0.2, 0.2], [0.2, 0.2], [0.21, 0.2], [0.8, 0.8]])
    moved = spread(places, 0.05)
    distances = np.linalg.norm(moved[:, None] - moved[None], axis=2) + np.eye(4)
    assert distances.min() > 0.049
    np.testing.assert_allclose(moved[3], places[3], atol=1e-5)
    assert abs(moved[:3] - places[:3]).max() < 0.1


def test_every_class_is_seen_in_its_colour_though_all_lie_in_one_heap(tmp_path: Path) -> None:
    heap = np.tile(ROUND[:500], (10, 1))  # each class lies exactly on the others
    labels = np.arange(len(heap)) // 500
    LatentMap(heap, NAMES, labels, tuple("abcdefghij")).draw(tmp_path / "map.png")
    with Image.open(tmp_path / "map.png") as picture:
        pixels = np.asarray(picture.convert("RGB"), np.int16)[:, : int(picture.width * 0.85)]  # without the legend
    seen = [int((abs(pixels - 255 * np.array(to_rgb(c))).max(axis=2) < 45).sum()) for c in class_colours(10)]
    assert min(seen) > 0.5 * max(seen)


@pytest.mark.parametrize(("classes", "named"), [(1, True), (30, True), (31, False)])
def test_too_many_classes_are_named_in_the_legend_alone(tmp_path: Path, classes: int, named: bool) -> None:
    labels = np.arange(len(FAR)) % classes
    drawn = LatentMap(FAR, NAMES, labels, tuple(f"class {label}" for label in range(classes)))
    drawn.draw(tmp_path / "map.png")
    assert drawn.names_classes is named
    assert drawn.present == list(range(classes))


def test_a_class_without_a_point_is_no_class_of_the_map(tmp_path: Path) -> None:
    drawn = LatentMap(ROUND, NAMES, np.full(len(ROUND), 2), ("a", "b", "c"))
    drawn.draw(tmp_path / "map.png")
    assert drawn.present == [2]
    assert not LatentMap(ROUND, NAMES, None, None).names_classes
