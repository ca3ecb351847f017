from __future__ import annotations

import pytest

from latentd.bundle.records import Metric
from latentd_export import plausibility
from latentd_export.facts import Facts
from latentd_export.remeasurement import Remeasurement, measure_again
from small_models import KINDS


def again(facts: Facts, *stated: Metric) -> Remeasurement:
    return measure_again(stated, facts.trained.model, facts.trained.recipe, facts.dataset)


def changed(facts: Facts, name: str, factor: float) -> list[Metric]:
    return [m.model_copy(update={"value": m.value * factor}) if m.name == name else m for m in facts.metrics]


@pytest.mark.parametrize("kind", KINDS)
def test_all_but_the_plain_one_s_figures_are_measured_again(facts: dict[str, Facts], kind: str) -> None:
    own = facts[kind]
    found = again(own, *own.metrics)
    assert not found.differing
    assert set(found.left) == {metric.name for metric in own.metrics if metric.name.startswith("plain_")}
    assert {*found.measured, *found.left} == {metric.name for metric in own.metrics}
    assert (len(found.measured), len(found.left)) == {"ae": (3, 0), "vae": (12, 5), "dae": (4, 2)}[kind]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("ae", "pca_error"), ("vae", "elbo_kl"), ("vae", "midpoint_neighbour_error"), ("dae", "masked_error")],
)
def test_a_figure_that_is_not_so_is_named_with_both_values(facts: dict[str, Facts], kind: str, name: str) -> None:
    own = facts[kind]
    found = again(own, *changed(own, name, 1.001))
    (sentence,) = found.differing
    assert sentence.startswith(f"{name} is {own.metric(name):.6g}; the manifest states {own.metric(name) * 1.001}")
    assert not again(own, *changed(own, name, 1 + 1e-6)).differing


def test_a_classifier_that_is_trained_again_may_end_a_little_elsewhere(
    facts: dict[str, Facts], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plausibility, "CONFIDENT", 0.5)  # of two classes, one always has as much: a share of 1
    name = "held_out_confident_share"
    for stated, differs in ((0.96, False), (1.0, False), (0.93, True)):
        metric = Metric(name=name, value=stated, unit="", definition="")
        sentences = again(facts["vae"], metric).differing
        assert any(sentence.startswith(f"{name} is 1; ") for sentence in sentences) is differs


def test_a_figure_too_many_or_too_few_is_one_that_differs(facts: dict[str, Facts]) -> None:
    own = facts["ae"]
    beauty = Metric(name="beauty", value=1, unit="", definition="In the eye of the beholder.")
    assert again(own, *own.metrics, beauty).differing == ("beauty is stated; there is no such figure of this model",)
    (sentence,) = again(own, *own.metrics[1:]).differing
    assert sentence.endswith("the manifest states nothing")
