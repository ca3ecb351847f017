from __future__ import annotations

import numpy as np
import pytest

from latentd_export.evaluation import row_errors
from latentd_export.facts import Facts
from small_models import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_measured_on_the_exported_graphs(facts: dict[str, Facts], kind: str) -> None:
    own = facts[kind]
    np.testing.assert_array_equal(own.latents, own.graphs.encode(own.dataset.held_out)[0])
    np.testing.assert_array_equal(own.errors, row_errors(own.graphs.decode(own.latents), own.dataset.held_out))
    assert abs(own.errors.mean() - own.metric("reconstruction_error")) < 1e-6
    assert own.training_latents.shape == (200, 3)
    np.testing.assert_allclose(own.statistics.mean, own.training_latents.mean(axis=0, dtype=np.float64))


@pytest.mark.parametrize("kind", KINDS)
def test_the_figures_of_the_comparison_are_among_the_metrics_once(facts: dict[str, Facts], kind: str) -> None:
    names = [metric.name for metric in facts[kind].metrics]
    assert len(names) == len(set(names))
    assert set(names) >= {metric.name for metric in facts[kind].comparison.metrics}


def test_only_a_vae_has_a_prior(facts: dict[str, Facts]) -> None:
    assert {kind: facts[kind].has_prior for kind in KINDS} == {"ae": False, "vae": True, "dae": False}


def test_an_unknown_figure_is_no_figure(facts: dict[str, Facts]) -> None:
    with pytest.raises(StopIteration):
        facts["ae"].metric("beauty")
