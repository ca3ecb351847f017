from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from latentd_export.datasets import Dataset
from latentd_export.examples import COUNT, LARGEST_BYTES, choose_examples, evenly_by_class
from small_models import made_up


def test_mnists_are_a_hundred_of_each_digit_exactly_as_they_were(mnist: Dataset) -> None:
    found = choose_examples(mnist)
    assert found is not None
    assert mnist.held_out_labels is not None
    assert np.bincount(mnist.held_out_labels[found.indices]).tolist() == [100] * 10
    assert (np.diff(found.indices) > 0).all()
    np.testing.assert_array_equal(found.inputs / np.float32(255), mnist.held_out[found.indices])


def test_the_same_are_chosen_again_whatever_the_model(mnist: Dataset) -> None:
    first, second = choose_examples(mnist), choose_examples(mnist)
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first.indices, second.indices)


def test_what_is_no_picture_has_none() -> None:
    assert choose_examples(made_up((6,), (0.0, 1.0), 60)) is None
    pictures = made_up((4, 5), (0.0, 1.0), 60)
    assert choose_examples(replace(pictures, value_range=None)) is None
    assert choose_examples(pictures) is not None


def test_a_small_set_is_taken_whole() -> None:
    pictures = made_up((4, 5), (0.0, 1.0), 60)
    found = choose_examples(pictures)
    assert found is not None
    assert found.indices.tolist() == list(range(len(pictures.held_out)))


def test_values_become_the_nearest_steps_of_their_range() -> None:
    rows = np.array([[-1.0, 1.0, 0.0, 0.5], [-0.999, 0.999, 1 / 255, -1.0]], np.float32)
    pictures = replace(
        made_up((2, 2), (-1.0, 1.0), 60), held_out=rows, held_out_labels=np.array([0, 1]), value_range=(-1.0, 1.0)
    )
    found = choose_examples(pictures)
    assert found is not None
    assert found.inputs.tolist() == [[0, 255, 128, 191], [0, 255, 128, 0]]


def test_large_pictures_are_fewer() -> None:
    dim = LARGEST_BYTES // 10
    rows = np.zeros((12, dim), np.float32)
    pictures = replace(made_up((4, 5), (0.0, 1.0), 60), training=rows, held_out=rows, picture_shape=(1, dim))
    found = choose_examples(pictures)
    assert found is not None
    assert found.inputs.shape == (10, dim)
    assert COUNT * 784 <= LARGEST_BYTES, "MNIST's are not among the large ones"


@pytest.mark.parametrize(
    ("sizes", "count", "shares"),
    [([50, 50, 50], 30, [10, 10, 10]), ([3, 50, 50], 30, [3, 14, 13]), ([1, 1, 1], 3, [1, 1, 1]), ([5], 2, [2])],
)
def test_classes_have_equal_shares_as_far_as_they_reach(sizes: list[int], count: int, shares: list[int]) -> None:
    labels = np.repeat(np.arange(len(sizes)), sizes)
    rows = evenly_by_class(labels, count)
    assert len(set(rows.tolist())) == count
    assert sorted(np.bincount(labels[rows]).tolist()) == sorted(shares)
