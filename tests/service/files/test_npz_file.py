"""Arrays by name, out of an archive and into one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentd.errors import FileRowInvalidError, FileUnsupportedError
from latentd.files.npz_file import NpzSink, NpzSource
from latentd.files.row_sink import Plan
from latentd.inference import Registry
from latentd.inference.rows import RowSpec

SPEC = RowSpec("inputs", 12, (3, 4))
ROWS = np.random.default_rng(0).random((7, 12))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "in.npz"


def read(path: Path, size: int = 3) -> tuple[np.ndarray, list[Any]]:
    batches = list(NpzSource(path, SPEC).batches(size))
    labels = [label for batch in batches for label in ([] if batch.labels is None else batch.labels.tolist())]
    return np.concatenate([batch.values for batch in batches]), labels


@pytest.mark.parametrize(
    "others", [{}, {"latents": ROWS[:, :2]}, {"outputs": ROWS * 0}, {"outputs": ROWS * 0, "errors": ROWS[:, 0]}]
)
def test_inputs_are_read_whatever_stands_beside(path: Path, others: dict[str, Any]) -> None:
    np.savez(path, inputs=ROWS, **others)
    np.testing.assert_array_equal(read(path)[0], ROWS)


def test_outputs_are_read_where_there_are_no_inputs(path: Path) -> None:
    np.savez(path, latents=ROWS[:, :2], outputs=ROWS, errors=ROWS[:, 0])
    np.testing.assert_array_equal(read(path)[0], ROWS)


def test_so_is_the_only_array_by_any_name(path: Path) -> None:
    np.savez(path, digits=ROWS.reshape(7, 3, 4), labels=np.arange(7))
    rows, labels = read(path)
    np.testing.assert_array_equal(rows, ROWS)
    assert labels == list(range(7))


def test_among_several_of_other_names_none_is_chosen(path: Path) -> None:
    np.savez(path, a=ROWS, b=ROWS)
    with pytest.raises(FileUnsupportedError, match="expected an array named inputs, or one array alone; got a, b"):
        read(path)


def test_every_row_has_its_label(path: Path) -> None:
    np.savez_compressed(path, inputs=ROWS, labels=np.array(["a", "ümläut", "", "d", "e", "f", "g"]))
    assert read(path)[1] == ["a", "ümläut", "", "d", "e", "f", "g"]
    np.savez(path, inputs=ROWS, labels=np.arange(6))
    with pytest.raises(FileRowInvalidError, match=r"it has 7 inputs, but \[6\] labels"):
        read(path)


def test_fortran_order_is_refused_with_what_to_do(path: Path) -> None:
    np.savez(path, inputs=np.asfortranarray(ROWS))
    with pytest.raises(FileUnsupportedError, match=r"in Fortran order.*np\.ascontiguousarray"):
        read(path)


def test_what_is_written_numpy_reads(registry: Registry, tmp_path: Path) -> None:
    columns = {"labels": np.array(["1", "2", "3"]), "outputs": ROWS[:3].astype(np.float32), "errors": ROWS[:3, 0]}
    with NpzSink(tmp_path / "out.npz", Plan(registry.get("toy", 1).manifest, (3,), 0)) as sink:
        for part in (slice(0, 2), slice(2, 3)):
            sink.write({name: values[part] for name, values in columns.items()}, columns["outputs"][part])
        sink.finish()
    found = np.load(tmp_path / "out.npz")
    assert found.files == ["labels", "outputs", "errors"]
    assert (found["labels"].dtype, found["outputs"].dtype) == (np.int64, np.float32)
    for name, values in columns.items():
        np.testing.assert_array_equal(found[name], values.astype(found[name].dtype))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out.npz"]
