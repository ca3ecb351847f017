from __future__ import annotations

import gzip
import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from latentd_export.errors import DigestMismatchError, IdxFormatError
from latentd_export.idx import TYPES, parse_idx, read_decompressed, read_verified

SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)
ARRAYS = st.sampled_from(sorted(TYPES.values())).flatmap(lambda dtype: hnp.arrays(np.dtype(dtype), SHAPES))


def as_idx(array: np.ndarray) -> bytes:
    code = next(code for code, dtype in TYPES.items() if np.dtype(dtype) == array.dtype)
    return bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@given(ARRAYS)
def test_every_array_survives_the_round_trip(array: np.ndarray) -> None:
    found = parse_idx(as_idx(array))
    assert found.shape == array.shape
    assert found.tobytes() == array.tobytes()


@given(ARRAYS, st.integers(1, 8))
def test_a_file_that_is_cut_off_or_too_long_is_refused(array: np.ndarray, count: int) -> None:
    content = as_idx(array)
    for damaged in (content[:-count], content + bytes(count)):
        with pytest.raises(IdxFormatError):
            parse_idx(damaged)


@given(st.binary(max_size=64))
def test_any_bytes_give_an_array_or_an_idx_error(content: bytes) -> None:
    try:
        parse_idx(content)
    except IdxFormatError:
        return
    assert content[:2] == b"\0\0"


def test_gzip_and_plain_read_the_same_whatever_the_name(tmp_path: Path) -> None:
    (tmp_path / "plain.gz").write_bytes(b"content")
    (tmp_path / "packed").write_bytes(gzip.compress(b"content"))
    assert read_decompressed(tmp_path / "plain.gz") == read_decompressed(tmp_path / "packed") == b"content"


def test_a_damaged_gzip_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.gz"
    path.write_bytes(gzip.compress(bytes(1000))[:-6])
    with pytest.raises(IdxFormatError, match=r"broken\.gz"):
        read_decompressed(path)


def test_the_digest_is_that_of_the_decompressed_content(tmp_path: Path) -> None:
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(b"content"))
    assert read_verified(path, hashlib.sha256(b"content").hexdigest()) == b"content"
    with pytest.raises(DigestMismatchError, match=r"file\.gz"):
        read_verified(path, "0" * 64)
