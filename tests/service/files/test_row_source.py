"""Rows as they are taken from any file: checked, scaled, and blamed by their place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentd.bundle.records import ValueRange
from latentd.errors import FileRowInvalidError
from latentd.files.row_source import Batch, RowSource
from latentd.inference.rows import RowSpec

SPEC = RowSpec("inputs", 3, value_range=ValueRange(low=0.0, high=1.0))


class ListedSource(RowSource):
    """Rows that are in memory."""

    @property
    def rows(self) -> int:
        return 2

    def batches(self, size: int) -> Iterator[Batch]:
        yield from [Batch(np.zeros((size, 3)))] * 2


@pytest.fixture
def source() -> ListedSource:
    return ListedSource(Path("in.any"), SPEC)


@pytest.mark.parametrize("dtype", ["f4", ">f8", "i8", "f2"])
def test_numbers_are_taken_as_they_are(source: ListedSource, dtype: str) -> None:
    rows = source.take(np.array([[0, 1, 1], [1, 0, 0]], dtype), 0)
    assert rows.dtype == np.float32
    assert rows.flags.c_contiguous
    assert rows.tolist() == [[0, 1, 1], [1, 0, 0]]


def test_bytes_are_scaled(source: ListedSource) -> None:
    rows = source.take(np.array([[0, 51, 255]], np.uint8), 0)
    np.testing.assert_array_equal(rows, np.array([[0, 51 / 255, 1]], np.float32))


def test_rows_that_lie_by_columns_are_put_in_order(source: ListedSource) -> None:
    values = np.asfortranarray(np.random.default_rng(0).random((4, 3), np.float32))
    rows = source.take(values, 0)
    assert rows.flags.c_contiguous
    np.testing.assert_array_equal(rows, values)


@pytest.mark.parametrize(
    ("value", "reason"),
    [(np.nan, "finite float32 numbers; got nan"), (1.5, "values from 0 to 1; got 1.5"), (-9, "from 0 to 1; got -9")],
)
def test_a_bad_value_is_told_with_the_row_counted_from_the_first_of_the_file(
    source: ListedSource, value: Any, reason: str
) -> None:
    values = np.zeros((5, 3))
    values[3, 1] = values[4, 2] = value
    with pytest.raises(FileRowInvalidError, match=rf"in\.any: row 1003: expected .*{reason}.* at column 1$"):
        source.take(values, 1000)


def test_a_source_without_a_shape_of_its_own_has_none_to_mirror(source: ListedSource) -> None:
    assert source.leading is None
    assert source.place(7) == "row 7"
    assert [batch.labels for batch in source.batches(1)] == [None, None]
