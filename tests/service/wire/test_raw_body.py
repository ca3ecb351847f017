"""Raw bodies: float32, little-endian, whole rows."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from latentd.errors import BodyError, ShapeMismatchError
from latentd.wire import raw_body

ROWS = arrays.arrays(np.float32, arrays.array_shapes(min_dims=2, max_dims=2, max_side=6))


@given(ROWS)
def test_any_rows_come_back_exactly_whatever_their_bits(rows: NDArray[np.float32]) -> None:
    got = raw_body.read_array(raw_body.write(rows), "inputs", rows.shape[1])
    assert got.shape == rows.shape
    np.testing.assert_array_equal(got.view(np.uint32), rows.view(np.uint32))


@given(st.binary(max_size=100), st.integers(1, 9))
def test_arbitrary_bytes_give_whole_rows_or_an_error(body: bytes, dim: int) -> None:
    try:
        rows = raw_body.read_array(body, "inputs", dim)
    except BodyError:
        assert not body or len(body) % (4 * dim)
    else:
        assert rows.shape == (len(body) // (4 * dim), dim)
        assert rows.tobytes() == body


def test_values_are_little_endian() -> None:
    assert raw_body.write(np.array([1.0, -2.0], ">f8")) == struct.pack("<2f", 1.0, -2.0)
    assert raw_body.read_array(struct.pack("<2f", 1.0, -2.0), "inputs", 2).tolist() == [[1.0, -2.0]]


def test_nothing_is_copied() -> None:
    body = bytes(48)
    assert np.shares_memory(raw_body.read_array(body, "inputs", 12), np.frombuffer(body, np.uint8))


@pytest.mark.parametrize("size", [0, 1, 47, 49, 95])
def test_half_a_row_is_refused_with_what_was_expected(size: int) -> None:
    expected = f"expected inputs in rows of 12 float32 values, a multiple of 48 bytes; got {size} bytes"
    with pytest.raises(ShapeMismatchError, match=expected):
        raw_body.read_array(bytes(size), "inputs", 12)


def test_a_view_of_an_array_is_what_is_written_and_no_copy() -> None:
    rows = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert bytes(raw_body.view(rows[1:])) == raw_body.write(rows[1:])
    assert np.shares_memory(np.frombuffer(raw_body.view(rows[1:]), np.uint8), rows)
    assert bytes(raw_body.view(rows.T)) == raw_body.write(rows.T)
