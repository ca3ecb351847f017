from __future__ import annotations

import numpy as np
import torch

from latentd_export.architectures import build_model
from latentd_export.facts import Facts
from latentd_export.midpoints import (
    MidpointFinding,
    MidpointScore,
    decode_midpoints,
    draw_pairs,
    measure_midpoints,
)
from latentd_export.plausibility import NeighbourError
from small_models import made_up, make_recipe


def test_a_measure_that_speaks_for_the_plain_one_says_so() -> None:
    measure = NeighbourError(torch.zeros(1, 2))
    finding = MidpointFinding(measure, MidpointScore(0.2, 0.2), MidpointScore(0.1, 0.05), real=0.1)
    assert (
        "100.0% of what its reconstructions of those rows have, the plain one's 200.0%: **better**" in finding.sentence
    )
    assert "0.2000 against the plain one's 0.1000, **no better**" in finding.absolute


def test_of_nothing_nothing_is_kept() -> None:
    assert MidpointScore(0, 0).kept == 0
    assert MidpointScore(1, 2).kept == 0.5


def test_a_midpoint_lies_halfway_between_latents() -> None:
    model, rows = build_model(make_recipe(), 6, None), made_up((6,), None).held_out
    decoded = decode_midpoints(model, rows, (np.array([0]), np.array([3])))
    with torch.no_grad():
        latents = model.encode(torch.from_numpy(rows))
        expected = model.decoder((latents[:1] + latents[3:4]) / 2).numpy()
    np.testing.assert_allclose(decoded, expected, atol=1e-6)


def test_no_row_is_in_two_pairs_and_none_is_paired_with_its_own_class() -> None:
    dataset = made_up((6,), None, labelled=True)
    first, second = draw_pairs(dataset)
    assert dataset.held_out_labels is not None
    assert (dataset.held_out_labels[first] != dataset.held_out_labels[second]).all()
    assert len(set(first) | set(second)) == 2 * len(first) > 0
    first, second = draw_pairs(made_up((6,), None))
    assert len(set(first) | set(second)) == 60


def test_pairs_are_the_same_for_whoever_asks() -> None:
    dataset = made_up((6,), None)
    for one, again in zip(draw_pairs(dataset), draw_pairs(dataset), strict=True):
        np.testing.assert_array_equal(one, again)


def test_what_needs_no_rival_is_measured_without_one_to_the_same_figures(facts: dict[str, Facts]) -> None:
    own = facts["vae"]
    metrics = {metric.name: metric.value for metric in measure_midpoints(own.trained.model, own.dataset)}
    assert set(metrics) == {
        f"{what}_{name}"
        for name in ("confident_share", "neighbour_error")
        for what in ("midpoint", "midpoint_kept", "held_out")
    }
    assert metrics == {name: own.metric(name) for name in metrics}
