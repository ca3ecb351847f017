"""Ways between two latents."""

from __future__ import annotations

import numpy as np
import pytest

from latentd.inference.path import arc, straight

SHARES = np.linspace(0, 1, 5)[:, None]


def test_a_straight_way_has_even_steps() -> None:
    way = straight(np.array([0.0, 4.0]), np.array([4.0, 0.0]), SHARES)
    np.testing.assert_allclose(way, [[0, 4], [1, 3], [2, 2], [3, 1], [4, 0]])


def test_an_arc_keeps_the_distance_and_turns_evenly() -> None:
    way = arc(np.array([2.0, 0.0]), np.array([0.0, 2.0]), SHARES)
    angles = np.deg2rad([0, 22.5, 45, 67.5, 90])
    np.testing.assert_allclose(way, 2 * np.stack([np.cos(angles), np.sin(angles)], axis=1), atol=1e-12)


@pytest.mark.parametrize(
    ("first", "last"), [([0.0, 0.0], [1.0, 2.0]), ([1.0, 2.0], [2.0, 4.0]), ([1.0, 2.0], [-1.0, -2.0])]
)
def test_where_there_is_no_shortest_arc_the_way_is_straight(first: list[float], last: list[float]) -> None:
    ends = np.array(first), np.array(last)
    np.testing.assert_array_equal(arc(*ends, SHARES), straight(*ends, SHARES))
