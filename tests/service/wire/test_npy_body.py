"""npy bodies: every real dtype, nothing pickled, and no header believed."""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from latentd.errors import BodyError, BodyUnreadableError, ValueTypeError
from latentd.wire import npy_body
from npy_files import LIARS, describing, npy, with_header

REAL = [f"{order}{code}" for code in ("f2", "f4", "f8", "i2", "i4", "i8", "u2", "u4", "u8") for order in "<>"]
REAL_DTYPES = st.sampled_from([np.dtype(name) for name in [*REAL, "i1", "u1"]])
SHAPES = arrays.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4)


@given(
    REAL_DTYPES.flatmap(lambda dtype: arrays.arrays(dtype, SHAPES)), st.booleans(), st.sampled_from([(1, 0), (2, 0)])
)
def test_any_real_array_comes_back_exactly(array: NDArray[Any], fortran: bool, version: tuple[int, int]) -> None:
    written = np.asfortranarray(array) if fortran else array
    got = npy_body.read_array(npy(written.reshape(array.shape), version=version))
    assert (got.dtype, got.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(got, array)


@given(arrays.arrays(np.float32, SHAPES))
def test_what_is_written_is_what_numpy_reads(array: NDArray[np.float32]) -> None:
    loaded = np.load(io.BytesIO(npy_body.write(array)), allow_pickle=False)
    assert (loaded.dtype, loaded.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(loaded, array)


@pytest.mark.parametrize("dtype", [*REAL, "i1", "u1", "g"])
def test_every_real_dtype_is_read_in_either_byte_order(dtype: str) -> None:
    values = np.array([[0, 1, 2], [3, 4, 5]], dtype)
    np.testing.assert_array_equal(npy_body.read_array(npy(values)), values)


def test_columns_first_are_read_as_they_are_meant() -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    got = npy_body.read_array(npy(np.asfortranarray(values)))
    np.testing.assert_array_equal(got, values)


def test_nothing_is_copied() -> None:
    body = npy(np.zeros((100, 3), np.float32))
    assert np.shares_memory(npy_body.read_array(body), np.frombuffer(body, np.uint8))


@pytest.mark.parametrize(
    "array",
    [
        np.array([True, False]),
        np.array([1 + 2j]),
        np.array(["a"]),
        np.array([b"a"]),
        np.array(["2026-01-01"], "M8[s]"),
        np.array([1], "m8[s]"),
        np.array([(1, 2.0)], [("a", "<i4"), ("b", "<f4")]),
        np.zeros(2, "V4"),
    ],
    ids=lambda array: str(array.dtype),
)
def test_another_dtype_is_refused_by_its_name(array: NDArray[Any]) -> None:
    with pytest.raises(ValueTypeError, match="expected a real dtype, such as float32 or uint8; got "):
        npy_body.read_array(npy(array))


class Trap:
    """What is unpickled has happened."""

    sprung = False

    def __reduce__(self) -> tuple[Any, ...]:
        return (setattr, (Trap, "sprung", True))


def test_objects_are_refused_and_never_unpickled() -> None:
    pickled = npy(np.array([Trap(), Trap()], object))
    with pytest.raises(ValueTypeError, match="object"):
        npy_body.read_array(pickled)
    with pytest.raises(BodyError):
        npy_body.read_array(describing(descr="'|O'", data=pickle.dumps(Trap()).ljust(48, b"\0")))
    with pytest.raises(BodyUnreadableError):
        npy_body.read_array(pickle.dumps(Trap()))
    assert not Trap.sprung


@pytest.mark.parametrize("body", LIARS.values(), ids=LIARS)
def test_what_lies_is_refused(body: bytes) -> None:
    with pytest.raises(BodyUnreadableError, match="npy") as caught:
        npy_body.read_array(body)
    assert len(str(caught.value)) < 30_000


def test_a_header_that_promises_otherwise_is_quoted() -> None:
    with pytest.raises(BodyUnreadableError, match=r"promises 24 bytes of float32 \[2, 3\]; got 25"):
        npy_body.read_array(LIARS["more data than said"])


ENTRIES = st.sampled_from(
    [
        *["'descr'", "'shape'", "'fortran_order'", "'<f4'", "'|O'", "True", "False", "(2, 3)", "(-1,)", "1" * 30],
        *["None", "1L", "0x", "''", *"{}()[]:,-+#'\"\n\\"],
    ]
)


@pytest.mark.filterwarnings("ignore::UserWarning")  # numpy tells of headers that Python 2 wrote
@given(st.lists(ENTRIES, max_size=20).map("".join), st.binary(max_size=32))
def test_any_header_gives_an_array_or_an_error(header: str, data: bytes) -> None:
    check(with_header(header, data))


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(st.sampled_from([npy(np.ones((2, 3), dtype)) for dtype in ("<f4", "|u1", ">f8")]), st.data())
def test_any_change_to_a_file_gives_an_array_or_an_error(body: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 8)))
    check(body[:start] + data.draw(st.binary(max_size=8)) + body[end:])


@given(st.binary(max_size=64))
def test_arbitrary_bytes_give_an_array_or_an_error(body: bytes) -> None:
    check(body)


def check(body: bytes) -> None:
    try:
        array = npy_body.read_array(body)
    except BodyError:
        return
    assert array.dtype.kind in "fiu"
    assert array.nbytes <= len(body)
