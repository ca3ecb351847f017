"""Columns of lists or of values, out of a Parquet file and into one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from latentd.errors import FileRowInvalidError, FileUnsupportedError
from latentd.files.parquet_file import ParquetSink, ParquetSource
from latentd.files.row_sink import Plan
from latentd.inference import Registry
from latentd.inference.rows import RowSpec

SPEC = RowSpec("inputs", 3)
ROWS = np.arange(21, dtype=np.float32).reshape(7, 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "in.parquet"


def read(path: Path, columns: dict[str, Any], size: int = 3) -> tuple[np.ndarray, list[Any]]:
    pq.write_table(pa.table(columns), path, row_group_size=4)
    batches = list(ParquetSource(path, SPEC).batches(size))
    labels = [label for batch in batches for label in ([] if batch.labels is None else batch.labels.tolist())]
    return np.concatenate([batch.values for batch in batches]), labels


LISTS, OTHERS = ROWS.tolist(), (ROWS * 0).tolist()
TABLES: dict[str, dict[str, Any]] = {
    "lists": {"inputs": LISTS},
    "lists beside others": {"outputs": OTHERS, "inputs": LISTS, "error": [0.0] * 7},
    "outputs where there are no inputs": {"latents": OTHERS, "outputs": LISTS, "errors": [0.0] * 7},
    "values by number": {"input_2": ROWS[:, 2], "x": ROWS[:, 0] * 0, "input_0": ROWS[:, 0], "input_1": ROWS[:, 1]},
    "values in their order": {"a": ROWS[:, 0], "b": ROWS[:, 1], "c": ROWS[:, 2]},
    "one column of lists by another name": {"pixels": LISTS},
}


@pytest.mark.parametrize("columns", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_rows_are_found(path: Path, columns: dict[str, Any], size: int) -> None:
    np.testing.assert_array_equal(read(path, columns, size)[0], ROWS)


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ([3, 1, 4, 1, 5, 9, 2], [3, 1, 4, 1, 5, 9, 2]),
        ([3, None, 4, 1, 5, 9, 2], ["3", "", "4", "1", "5", "9", "2"]),
        (["a", None, "", "ü", "b", "c", "d"], ["a", "", "", "ü", "b", "c", "d"]),
    ],
)
@pytest.mark.parametrize("name", ["label", "labels"])
def test_labels_are_whole_numbers_or_text(path: Path, name: str, labels: list[Any], found: list[Any]) -> None:
    assert read(path, {name: labels, "inputs": LISTS}, 100)[1] == found


def test_the_rows_are_known_at_once(path: Path) -> None:
    pq.write_table(pa.table({"inputs": LISTS}), path)
    assert ParquetSource(path, SPEC).rows == 7


def test_what_is_no_row_is_refused(path: Path) -> None:
    with pytest.raises(FileRowInvalidError, match="row 5: expected a list of 3 numbers; got 2"):
        read(path, {"inputs": [*LISTS[:5], [0.0, 1.0]]})
    with pytest.raises(FileRowInvalidError, match="got 2 columns of inputs"):
        read(path, {"a": ROWS[:, 0], "b": ROWS[:, 1]})
    with pytest.raises(FileUnsupportedError, match="expected real numbers in column a; got string"):
        read(path, {"a": ["x"] * 7, "b": ROWS[:, 1], "c": ROWS[:, 2]})


def test_what_is_written_pyarrow_reads(registry: Registry, path: Path) -> None:
    columns = {"labels": np.array(["a", "b", "a"]), "latents": ROWS[:3, :2], "errors": ROWS[:3, 0].astype(np.float64)}
    with ParquetSink(path, Plan(registry.get("toy", 1).manifest, None, 0)) as sink:
        for part in (slice(0, 1), slice(1, 3)):
            sink.write({name: values[part] for name, values in columns.items()}, ROWS[part])
        sink.finish()
    table = pq.read_table(path)
    assert table.schema.names == ["labels", "latents", "errors"]
    assert table.schema.field("latents").type == pa.list_(pa.float32(), 2)
    assert table.schema.field("errors").type == pa.float64()
    for name, values in columns.items():
        assert table[name].to_pylist() == values.tolist()
