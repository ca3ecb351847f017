"""npy arrays in and out, piece by piece: what numpy writes is read, what we write numpy reads, all else is refused."""

from __future__ import annotations

import io
from math import prod
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from latentd.errors import FileError
from latentd.files.npy_stream import NpyReader, NpyWriter

PATH = Path("in.npy")
REAL = st.one_of(arrays.floating_dtypes(), arrays.integer_dtypes(), arrays.unsigned_integer_dtypes())
ARRAYS = arrays.arrays(REAL, arrays.array_shapes(min_dims=1, max_dims=4, max_side=6))


def read_all(content: bytes, step: int) -> np.ndarray:
    reader = NpyReader(io.BytesIO(content), len(content), PATH, "fiu")
    values = np.empty(prod(reader.shape), reader.dtype)
    for first in range(0, len(values), step):
        reader.read(values[first : first + step])
    return values.reshape(reader.shape)


@given(ARRAYS, st.integers(1, 20))
def test_what_numpy_writes_is_read(values: np.ndarray, step: int) -> None:
    file = io.BytesIO()
    np.save(file, values)
    found = read_all(file.getvalue(), step)
    assert (found.dtype, found.shape) == (values.dtype, values.shape)
    assert found.tobytes() == values.tobytes()


@given(ARRAYS, st.integers(1, 4), st.booleans())
def test_what_is_written_numpy_reads(values: np.ndarray, step: int, is_known: bool) -> None:
    file = io.BytesIO()
    writer = NpyWriter(file, values.shape[:1] if is_known else None)
    for first in range(0, len(values), step):
        writer.append(values[first : first + step])
    writer.finish()
    found = np.load(io.BytesIO(file.getvalue()))
    assert (found.dtype, found.shape) == (values.dtype, values.shape)
    assert found.tobytes() == values.tobytes()


def test_the_header_has_room_for_any_number_of_rows() -> None:
    file = io.BytesIO()
    writer = NpyWriter(file)
    writer.append(np.zeros((1, 2), np.float32))
    before = file.tell()
    writer._rows = 10**18
    writer.finish()
    assert file.tell() == before


@given(st.binary(max_size=200))
def test_bytes_that_are_no_array_are_refused(noise: bytes) -> None:
    for content in (noise, b"\x93NUMPY\x01\x00" + noise):
        with pytest.raises(FileError, match=r"in\.npy"):
            read_all(content, 7)


@given(st.binary(min_size=1, max_size=8), st.integers(0, 200))
def test_a_changed_header_is_refused_or_tells_another_array(change: bytes, place: int) -> None:
    file = io.BytesIO()
    np.save(file, np.zeros((3, 4), np.float32))
    content = file.getvalue()
    changed = (content[:place] + change + content[place + len(change) :])[: len(content)]
    try:
        found = read_all(changed, 5)
    except FileError:
        return
    assert found.dtype.kind in "fiu"
    assert found.nbytes == len(content) - 128


@pytest.mark.parametrize("missing", [1, 16, 47])
def test_an_array_that_ends_while_it_is_read_is_refused(missing: int) -> None:
    file = io.BytesIO()
    np.save(file, np.zeros((3, 4), np.float32))
    content = file.getvalue()
    reader = NpyReader(io.BytesIO(content[:-missing]), len(content), PATH, "fiu")
    with pytest.raises(FileError, match=f"it ends {missing} bytes too early"):
        reader.read(np.empty(12, np.float32))
