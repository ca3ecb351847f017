"""Rows are checked in one place: shape, finiteness, range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from latentd.bundle.records import ValueRange
from latentd.errors import ShapeMismatchError, ValueNonFiniteError, ValueRangeError
from latentd.inference.rows import RowSpec

PICTURES = RowSpec("inputs", 12, (3, 4), ValueRange(low=0.0, high=1.0))
COLOURS = RowSpec("inputs", 12, (3, 2, 2))
LATENTS = RowSpec("latents", 2)


@pytest.mark.parametrize(
    ("spec", "shape", "leading"),
    [
        (PICTURES, (12,), ()),
        (PICTURES, (1, 12), (1,)),
        (PICTURES, (5, 12), (5,)),
        (PICTURES, (2, 5, 12), (2, 5)),
        (PICTURES, (3, 4), ()),
        (PICTURES, (5, 3, 4), (5,)),
        (PICTURES, (2, 5, 3, 4), (2, 5)),
        (PICTURES, (12, 12), (12,)),
        (COLOURS, (3, 2, 2), ()),
        (COLOURS, (7, 3, 2, 2), (7,)),
        (LATENTS, (2,), ()),
        (LATENTS, (2, 2), (2,)),
    ],
)
def test_the_leading_shape_is_what_is_left_of_a_row(
    spec: RowSpec, shape: tuple[int, ...], leading: tuple[int, ...]
) -> None:
    values = np.random.default_rng(0).random(shape)
    rows, got = spec.take(values)
    assert got == leading
    assert rows.dtype == np.float32
    assert rows.flags.c_contiguous
    np.testing.assert_array_equal(rows, values.astype(np.float32).reshape(-1, spec.dim))


@pytest.mark.parametrize(
    ("spec", "shape"),
    [
        (PICTURES, ()),
        (PICTURES, (0,)),
        (PICTURES, (0, 12)),
        (PICTURES, (5, 0)),
        (PICTURES, (0, 3, 4)),
        (PICTURES, (11,)),
        (PICTURES, (24,)),
        (PICTURES, (12, 1)),
        (PICTURES, (4, 3)),
        (COLOURS, (2, 2, 3)),
        (COLOURS, (2, 2)),
        (LATENTS, (3,)),
        (LATENTS, (12,)),
    ],
)
def test_another_shape_is_refused(spec: RowSpec, shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeMismatchError) as caught:
        spec.take(np.zeros(shape))
    assert str(caught.value) == f"expected {spec.describe()}; got shape {list(shape)}"
    assert caught.value.pointer == f"/{spec.field}"


def test_a_spec_describes_what_it_takes() -> None:
    assert PICTURES.describe() == "inputs of 12 numbers, one row or N of them, or 3×4 pictures"
    assert LATENTS.describe() == "latents of 2 numbers, one row or N of them"


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.uint8, np.int64, np.bool_])
def test_any_real_dtype_is_taken(dtype: Any) -> None:
    assert PICTURES.take(np.ones(12, dtype))[0].dtype == np.float32


def test_rows_that_are_float32_already_are_not_copied() -> None:
    values = np.zeros((5, 12), np.float32)
    assert np.shares_memory(PICTURES.take(values)[0], values)


def test_an_array_in_another_order_is_taken() -> None:
    values = np.asfortranarray(np.random.default_rng(0).random((5, 12)))
    np.testing.assert_array_equal(PICTURES.take(values)[0], values.astype(np.float32))


@pytest.mark.parametrize("value", [0.0, 1.0, -1e-6, 1 + 1e-6, 1e-45, -0.0])
def test_values_within_the_range_and_its_tolerance_are_taken(value: float) -> None:
    PICTURES.take(np.full(12, value))


@pytest.mark.parametrize("value", [-2e-6, 1 + 2e-6, 255.0, -1e30])
def test_values_outside_are_refused_at_their_place(value: float) -> None:
    values = np.zeros((2, 3, 4))
    values[1, 2, 3] = value
    with pytest.raises(
        ValueRangeError, match=r"expected values from 0 to 1; got .* at /inputs/1/2/3; 1 such"
    ) as caught:
        PICTURES.take(values)
    assert caught.value.pointer == "/inputs/1/2/3"


@pytest.mark.parametrize("spec", [PICTURES, COLOURS], ids=["with a range", "without"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e39, -1e300])
def test_values_that_are_not_finite_float32_are_refused_first(spec: RowSpec, value: float) -> None:
    values = np.zeros((3, 12))
    values[1, 4:6] = value
    with pytest.raises(ValueNonFiniteError, match=r"at /inputs/1/4; 2 such values in all") as caught:
        spec.take(values)
    assert caught.value.pointer == "/inputs/1/4"


def test_without_a_range_every_finite_float32_is_taken() -> None:
    extremes = np.tile([np.finfo(np.float32).max, -np.finfo(np.float32).max], 6)
    COLOURS.take(extremes)


@pytest.mark.parametrize("spec", [PICTURES, COLOURS])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_passes_where_it_may(spec: RowSpec, value: float) -> None:
    rows, _ = spec.take(np.array([0.5] * 11 + [value]), allow_nonfinite=True)
    np.testing.assert_array_equal(rows[0, -1], np.float32(value))


def test_values_past_the_range_are_refused_beside_one_that_is_not_finite() -> None:
    with pytest.raises(ValueRangeError, match=r"got 2\.0 at /inputs/3; 1 such"):
        PICTURES.take(np.array([np.nan, 0, 0, 2, *[0.5] * 8]), allow_nonfinite=True)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.0, 255.0), (0.0, 0.1), (-1.0, 1.0), (0.5, 2.0)])
@given(arrays.arrays(np.float32, 12, elements=st.floats(width=32)))
def test_the_range_is_what_numpy_says(low: float, high: float, values: NDArray[np.float32]) -> None:
    spec = RowSpec("inputs", 12, value_range=ValueRange(low=low, high=high))
    if np.isfinite(values).all() and values.min() >= low - 1e-6 and values.max() <= high + 1e-6:
        np.testing.assert_array_equal(spec.take(values)[0], values[None])
    else:
        with pytest.raises((ValueRangeError, ValueNonFiniteError)):
            spec.take(values)


@pytest.mark.parametrize("edge", [0.0, 1.0])
def test_every_float_around_the_ends_is_judged_rightly(edge: float) -> None:
    bits = np.float32(edge).view(np.uint32).astype(np.int64) + np.arange(-20, 20)
    spec = RowSpec("inputs", 1, value_range=ValueRange(low=0.0, high=1.0))
    for value in (bits % 2**32).astype(np.uint32).view(np.float32):
        if np.isfinite(value) and -1e-6 <= value <= 1 + 1e-6:
            spec.take(value[None])
        else:
            with pytest.raises((ValueRangeError, ValueNonFiniteError)):
                spec.take(value[None])


def test_bytes_become_the_value_range() -> None:
    values = np.array([0, 51, 255], np.uint8)
    for low, high in ((0.0, 1.0), (-1.0, 1.0), (10.0, 20.0)):
        spec = RowSpec("inputs", 3, value_range=ValueRange(low=low, high=high))
        scaled = spec.from_bytes(values)
        assert scaled.dtype == np.float32
        np.testing.assert_allclose(scaled, low + (high - low) * np.array([0, 0.2, 1]), rtol=1e-6, atol=1e-7)
        spec.take(scaled)
    np.testing.assert_array_equal(RowSpec("inputs", 3).from_bytes(values), [0, 51, 255])
