from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from latentd_export.class_colours import class_colours

# Linear RGB as protanopes and deuteranopes see it (Machado, Oliveira & Fernandes 2009, severity 1), and as it is.
PROTANOPE = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
DEUTERANOPE = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
# Linear RGB to OKLab (Ottosson 2020).
TO_CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
TO_LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]


def least_distance(colours: list[str], sight: NDArray[np.float64]) -> float:
    """The distance in OKLab of the two colours that are most alike to that sight."""
    values = np.array([to_rgb(colour) for colour in colours])
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    lab = np.cbrt(np.clip(linear @ sight.T, 0, 1) @ np.transpose(TO_CONES)) @ np.transpose(TO_LAB)
    distances = np.linalg.norm(lab[:, None] - lab[None], axis=2) + 9 * np.eye(len(lab))
    return float(distances.min())


@pytest.mark.parametrize("sight", [np.eye(3), PROTANOPE, DEUTERANOPE], ids=["all", "protanope", "deuteranope"])
def test_ten_colours_are_told_apart_by_everyone(sight: list[list[float]]) -> None:
    # Okabe and Ito's eight, which are known for that, keep 0.076.
    assert least_distance(class_colours(10), np.array(sight)) > 0.1


@pytest.mark.parametrize("count", [1, 2, 10, 11, 100])
def test_there_is_a_colour_for_each_class_however_many(count: int) -> None:
    colours = class_colours(count)
    assert len(set(colours)) == count
    assert all(len(colour) == 7 for colour in colours)


def test_a_class_keeps_its_colour_when_another_is_added() -> None:
    assert class_colours(6)[:5] == class_colours(5)
