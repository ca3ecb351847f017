"""The types of parameters, and how a span is settled for a model."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from latentd.api.parameters import Dims, Latent, SpanQuery, Steps, ViewQuery
from latentd.inference import Registry
from latentd.inference.latent_space import Span


class Some(BaseModel):
    latent: Latent = ()
    dims: Dims = (0,)
    steps: Steps = 2


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("latent", "0.5,-1e3", (0.5, -1000)),
        ("latent", [1, 2], (1, 2)),
        ("dims", "3", (3,)),
        ("dims", "1,0", (1, 0)),
        ("dims", [2, 3], (2, 3)),
        ("steps", "7", 7),
    ],
)
def test_a_list_is_parted_by_commas_or_came_as_one(name: str, given: Any, value: Any) -> None:
    assert getattr(Some.model_validate({name: given}), name) == value


@pytest.mark.parametrize(
    ("name", "given"), [("latent", "1,"), ("latent", "x"), ("dims", ""), ("dims", []), ("dims", "0.5"), ("steps", 1)]
)
def test_what_is_no_such_list_is_refused(name: str, given: Any) -> None:
    with pytest.raises(ValidationError):
        Some.model_validate({name: given})


def test_a_count_is_limited_by_the_context() -> None:
    assert Some.model_validate({"steps": 9}).steps == 9
    assert Some.model_validate({"steps": 9}, context=9).steps == 9
    with pytest.raises(ValidationError):
        Some.model_validate({"steps": 9}, context=8)


def test_a_span_in_the_words_of_the_latent_space() -> None:
    assert SpanQuery.model_validate({"spacing": "linear", "low": "-1"}).span == Span("linear", -1, None)
    assert SpanQuery().span == Span()


def test_a_query_without_defaults_of_a_model_is_settled(registry: Registry) -> None:
    query = ViewQuery(model="toy")
    assert query.settled(registry.get("toy")) is query


def test_levels_are_settled_for_all_dimensions(registry: Registry) -> None:
    for name in ("toy", "toy-vae"):
        assert SpanQuery().settled_span(registry.get(name).space, (0, 1)) == {"low": 0.05, "high": 0.95}


def test_latent_values_are_settled_where_all_dimensions_have_the_same(registry: Registry) -> None:
    prior, fitted = registry.get("toy-vae").space, registry.get("toy").space
    linear = SpanQuery(spacing="linear")
    assert linear.settled_span(prior, (0, 1)) == pytest.approx({"low": -1.6448536, "high": 1.6448536})
    assert linear.settled_span(fitted, (0, 1)) == {}
    assert len(linear.settled_span(fitted, (0,))) == 2
    stated = SpanQuery(spacing="linear", low=-1, high=1)
    assert stated.settled_span(fitted, (0, 1)) == {"low": -1, "high": 1}
