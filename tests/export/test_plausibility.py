from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import nn

from latentd_export.datasets import Dataset
from latentd_export.plausibility import ClassConfidence, NeighbourError, build_measures, train_classifier
from small_models import made_up


def test_labels_decide_which_measures_there_are() -> None:
    with_labels, without = (build_measures(made_up((6,), None, labelled=labelled)) for labelled in (True, False))
    assert [type(measure) for measure in with_labels] == [ClassConfidence, NeighbourError]
    assert [type(measure) for measure in without] == [NeighbourError]


def test_the_neighbour_error_is_that_of_a_slow_search() -> None:
    dataset = made_up((6,), None)
    (measure,) = build_measures(dataset)
    slow = [np.square(dataset.training - row).mean(axis=1).min() for row in dataset.held_out]
    assert abs(measure.score(dataset.held_out) - np.mean(slow)) < 1e-5
    assert measure.score(dataset.training) < 1e-6


def test_the_classifier_recognizes_digits(subset: Dataset) -> None:
    confidence = build_measures(subset)[0]
    assert isinstance(confidence, ClassConfidence)
    assert confidence.accuracy > 0.75
    assert 0 <= confidence.score(subset.held_out) <= 1


def test_the_confident_share_counts_rows_beyond_nine_tenths() -> None:
    # Logits (x, 0): a row is 90 % sure from x = log 9 = 2.197 on, either way.
    rows = np.array([[2.19, 0], [2.21, 0], [-2.21, 0], [0, 0]], np.float32)
    measure = ClassConfidence(nn.Identity(), accuracy=0.75)
    assert measure.score(rows) == 0.5
    assert "right on 75.0% of the held-out rows" in measure.definition


def test_the_classifier_is_the_same_each_time_and_leaves_chance_alone() -> None:
    dataset = made_up((6,), None, labelled=True)
    assert dataset.training_labels is not None
    torch.manual_seed(3)
    state = torch.get_rng_state()
    one, two = (train_classifier(dataset.training, dataset.training_labels, 2).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert torch.equal(torch.get_rng_state(), state)


def test_labels_of_the_training_rows_alone_are_not_enough() -> None:
    dataset = replace(made_up((6,), None, labelled=True), held_out_labels=None)
    assert [type(measure) for measure in build_measures(dataset)] == [NeighbourError]
