"""One array in and out, row by row or, in Fortran order, column by column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentd.errors import FileRowInvalidError, FileUnsupportedError
from latentd.files.npy_file import NpySink, NpySource
from latentd.files.row_sink import Plan
from latentd.inference import Registry
from latentd.inference.rows import RowSpec

SPEC = RowSpec("inputs", 12, (3, 4))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "in.npy"


def read(path: Path, size: int) -> np.ndarray:
    return np.concatenate([batch.values for batch in NpySource(path, SPEC).batches(size)])


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", [(12,), (1, 12), (7, 12), (7, 3, 4), (3, 4)], ids=str)
@pytest.mark.parametrize("dtype", ["f4", ">f8", "u1", "i2"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_rows_come_in_either_order(path: Path, order: Any, shape: tuple[int, ...], dtype: str, size: int) -> None:
    values = np.random.default_rng(0).integers(0, 100, shape).astype(dtype)
    np.save(path, np.array(values, order=order))
    found = read(path, size)
    assert found.dtype.str[1:] == values.dtype.str[1:]  # joining batches gives them this machine's byte order
    np.testing.assert_array_equal(found, values.reshape(-1, 12))
    assert NpySource(path, SPEC).rows == len(found)


@pytest.mark.parametrize("size", [1, 4, 10, 100])
def test_columns_are_read_in_pieces(path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentd.files.npy_file._BLOCK_BYTES", 12 * 8 * 10)
    values = np.random.default_rng(0).random((53, 3, 4))
    np.save(path, np.asfortranarray(values))
    sizes = [len(batch.values) for batch in NpySource(path, SPEC).batches(size)]
    assert max(sizes) <= size
    np.testing.assert_array_equal(read(path, size), values.reshape(-1, 12))


@pytest.mark.parametrize("shape", [(2, 3, 12), (2, 3, 3, 4)], ids=str)
def test_more_axes_of_rows_come_in_c_order_alone(path: Path, shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).random(shape)
    np.save(path, values)
    np.testing.assert_array_equal(read(path, 4), values.reshape(-1, 12))
    np.save(path, np.asfortranarray(values))
    with pytest.raises(FileUnsupportedError, match=r"in Fortran order, column by column; np\.save"):
        NpySource(path, SPEC)


def test_the_leading_shape_is_mirrored(path: Path, registry: Registry, tmp_path: Path) -> None:
    np.save(path, np.zeros((2, 3, 12)))
    source = NpySource(path, SPEC)
    with NpySink(tmp_path / "out.npy", Plan(registry.get("toy", 1).manifest, source.leading, 0)) as sink:
        for first in (0, 4):
            rows = np.full((4 - first // 2, 2), first, np.float32)
            sink.write({"labels": np.zeros(len(rows)), "latents": rows, "errors": rows[:, 0]}, rows)
        sink.finish()
    found = np.load(tmp_path / "out.npy")
    assert (found.shape, found.dtype) == ((2, 3, 2), np.float32)
    assert found[..., 0].ravel().tolist() == [0, 0, 0, 0, 4, 4]


def test_rows_of_another_length_are_refused(path: Path) -> None:
    np.save(path, np.zeros((2, 13)))
    with pytest.raises(FileRowInvalidError, match=r"expected inputs of 12 numbers.*; got shape \[2, 13\]"):
        NpySource(path, SPEC)
