"""Bounds of a span: in their order, within what is allowed, and named where they are not."""

from __future__ import annotations

import math
import re

import pytest

from latentd.errors import ParameterInvalidError
from latentd.inference.bounds import LARGEST, LATENT_VALUES, LEVELS, Allowed, Bounds


def test_what_was_not_sent_is_the_default() -> None:
    assert Bounds().check((0.1, 0.9), LEVELS) == (0.1, 0.9)
    assert Bounds(low=0.2).check((0.1, 0.9), LEVELS) == (0.2, 0.9)
    assert Bounds(high=0.2).check((0.1, 0.9), LEVELS) == (0.1, 0.2)


def test_defaults_may_be_one_value_but_what_is_asked_for_may_not() -> None:
    assert Bounds().check((3, 3), LATENT_VALUES) == (3, 3)
    with pytest.raises(ParameterInvalidError, match="got low=3, high=3"):
        Bounds(3, 3).check((0, 1), LATENT_VALUES)


WRONG = [
    (Bounds(0.9, 0.1), LEVELS, "low"),
    (Bounds(0, 0.5), LEVELS, "low"),
    (Bounds(0.5, 1), LEVELS, "high"),
    (Bounds(-1, 2), LEVELS, "low"),
    (Bounds(math.nan, 0.5), LEVELS, "low"),
    (Bounds(0.5, math.nan), LEVELS, "high"),
    (Bounds(-math.inf, 0), LATENT_VALUES, "low"),
    (Bounds(0, 1e39), LATENT_VALUES, "high"),
    (Bounds(2, 1), LATENT_VALUES, "low"),
]


@pytest.mark.parametrize(("bounds", "allowed", "name"), WRONG)
def test_the_wrong_bound_is_named_with_what_is_allowed(bounds: Bounds, allowed: Allowed, name: str) -> None:
    with pytest.raises(ParameterInvalidError, match=re.escape(allowed.words)) as caught:
        bounds.check((0.05, 0.95), allowed)
    assert caught.value.name == name
    assert f"expected {allowed.words}, low below high; got low={bounds.low:g}, high={bounds.high:g}" == str(
        caught.value
    )


def test_any_value_that_a_decoder_takes_may_be_asked_for() -> None:
    almost = LARGEST * 0.999
    assert Bounds(-almost, almost).check((0, 1), LATENT_VALUES) == (-almost, almost)
