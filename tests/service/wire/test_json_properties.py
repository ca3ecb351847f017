"""Whatever is sent: the JSON reader gives the array that numpy would make, or a BodyError. And nothing is lost."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from json_values import ANYTHING, FINITE, FLOAT32, NESTED_NUMBERS, REGULAR
from latentd.errors import BodyError
from latentd.wire import json_body


def read(body: bytes) -> NDArray[np.float64] | None:
    """The array, or None for a BodyError; any other error is one too many."""
    try:
        return json_body.read_array(body, "inputs")
    except BodyError:
        return None


def read_slowly(value: Any) -> NDArray[np.float64] | None:
    """What the reader should give for a parsed value: by way of Python objects, and sharing no code with it."""
    if not isinstance(value, list) or not fits(value):
        return None
    shape = shape_of(value)
    return None if shape is None or len(shape) > 15 else np.array(value, np.float64).reshape(shape)


def shape_of(value: Any) -> tuple[int, ...] | None:
    if not isinstance(value, list):
        return ()
    inner = {shape_of(item) for item in value} or {()}
    (shape, *others) = inner
    return None if others or shape is None else (len(value), *shape)


def fits(value: Any) -> bool:
    """Are there numbers alone?"""
    if isinstance(value, list):
        return all(map(fits, value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def check(value: Any, body: bytes) -> None:
    got, expected = read(body), read_slowly(value)
    if expected is None:
        assert got is None
    else:
        assert got is not None
        assert got.shape == expected.shape
        np.testing.assert_array_equal(got, expected)


@given(FLOAT32)
def test_any_float32_array_comes_back_exactly(array: NDArray[np.float32]) -> None:
    got = read(json_body.write({"inputs": array}))
    assert got is not None
    assert got.shape == trimmed(array.shape)
    np.testing.assert_array_equal(got.astype(np.float32).reshape(array.shape), array)


def trimmed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The part of a shape that JSON can show: nothing is seen behind an axis without items."""
    return shape[: shape.index(0) + 1] if 0 in shape else shape


@given(FLOAT32)
def test_the_sign_of_zero_comes_back_too(array: NDArray[np.float32]) -> None:
    got = read(json_body.write({"inputs": array}))
    assert got is not None
    np.testing.assert_array_equal(np.signbit(got.ravel()), np.signbit(array.ravel()))


@given(REGULAR | NESTED_NUMBERS | ANYTHING, st.sampled_from([None, 1, "\t"]))
@example([[1, 2], [], [3, 4, 5, 6]], None)
@example([[1, 2], [[3], 4]], None)
@example([[1], 2], None)
@example([1, [2]], None)
@example([[], []], None)
@example([[True, 1]], None)
@example(["["], None)
@example([{"a": [1, 2]}, {"b": [3, 4]}], None)
@example([2**64, -(2**63) - 1, 10**300], None)
def test_any_value_in_the_field_is_the_array_that_numpy_would_make_or_an_error(value: Any, indent: Any) -> None:
    check(value, json.dumps({"inputs": value}, indent=indent).encode())


@given(ANYTHING)
def test_any_other_document_is_an_error(document: Any) -> None:
    if not (isinstance(document, dict) and list(document) == ["inputs"]):
        assert read(json.dumps(document).encode()) is None


@given(REGULAR, st.data())
def test_one_array_more_or_less_anywhere_is_noticed(value: Any, data: st.DataObject) -> None:
    text = json.dumps({"inputs": value})
    place = data.draw(st.integers(0, len(text)))
    changed = data.draw(st.sampled_from(["[", "]", "[]", ",", "[1]", ",1", "-", "0", " "]))
    body = text[:place] + changed + text[place:]
    try:
        parsed = json.loads(body)
    except ValueError:
        assert read(body.encode()) is None
    else:
        check(parsed.get("inputs"), body.encode())


@given(st.binary(max_size=80) | st.binary(max_size=40).map(lambda noise: b'{"inputs":[' + noise))
def test_arbitrary_bytes_give_an_array_or_an_error(body: bytes) -> None:
    assert read(body) is None or body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


@given(FINITE.map(np.float32))
def test_a_float32_is_written_as_the_shortest_decimal_that_gives_it_back(value: np.float32) -> None:
    text = json_body.write({"v": np.array([value])})[6:-2].decode()
    assert np.float32(text) == value
    assert significant_digits(text) == significant_digits(np.format_float_scientific(value, unique=True))


def significant_digits(number: str) -> str:
    mantissa = re.split("[eE]", number)[0]
    return mantissa.replace(".", "").replace("-", "").strip("0")
