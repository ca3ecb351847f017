from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentd_export.errors import DatasetInvalidError
from latentd_export.recipe import VectorData
from latentd_export.vectors import load_vectors

ROWS = np.random.default_rng(0).uniform(0, 1, (40, 12)).astype(np.float32)


def data(**changes: Any) -> VectorData:
    return VectorData.model_validate({"name": "vectors", "train": "rows.npy"} | changes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    np.save(tmp_path / "rows.npy", ROWS)
    return tmp_path


def test_npy_npz_and_csv_hold_the_same_rows(folder: Path) -> None:
    labels = np.arange(40) % 3
    np.savez(folder / "rows.npz", inputs=ROWS, labels=labels)
    lines = [f"{label}," + ",".join(map(repr, row.tolist())) for label, row in zip(labels, ROWS, strict=True)]
    (folder / "rows.csv").write_text("label," + ",".join(f"x{i}" for i in range(12)) + "\n" + "\n".join(lines))
    first, second, third = (load_vectors(data(train=f"rows.{end}"), folder, 0) for end in ("npy", "npz", "csv"))
    np.testing.assert_array_equal(first.training, second.training)
    np.testing.assert_array_equal(second.training, third.training)
    assert first.classes is None
    assert second.classes == third.classes == ("0", "1", "2")


def test_a_share_is_held_out_once_and_for_all(folder: Path) -> None:
    one, two, other = (load_vectors(data(held_out_share=0.25), folder, seed) for seed in (3, 3, 4))
    assert (len(one.training), len(one.held_out)) == (30, 10)
    np.testing.assert_array_equal(one.held_out, two.held_out)
    assert not np.array_equal(one.held_out, other.held_out)
    together = np.concatenate([one.training, one.held_out])
    assert {tuple(row) for row in together.tolist()} == {tuple(row) for row in ROWS.tolist()}


def test_a_held_out_file_is_taken_as_it_is(folder: Path) -> None:
    np.save(folder / "held_out.npy", ROWS[:7])
    dataset = load_vectors(data(held_out="held_out.npy"), folder, 0)
    np.testing.assert_array_equal(dataset.training, ROWS)
    np.testing.assert_array_equal(dataset.held_out, ROWS[:7])
    assert set(dataset.files) == {"rows.npy", "held_out.npy"}


def test_pictures_are_flattened(folder: Path) -> None:
    np.save(folder / "pictures.npy", ROWS.reshape(40, 3, 2, 2))
    dataset = load_vectors(data(train="pictures.npy", picture_shape=[3, 2, 2], value_range=[0, 1]), folder, 0)
    assert (dataset.input_dim, dataset.picture_shape) == (12, (3, 2, 2))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"train": "absent.npy"}, "absent"),
        ({"train": "rows.txt"}, "ending in"),
        ({"picture_shape": [5, 5]}, "picture_shape"),
        ({"value_range": [0, 0.5]}, "value_range"),
        ({"validation": 1000}, "validation"),
    ],
)
def test_what_cannot_be_used_is_said(folder: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DatasetInvalidError, match=message):
        load_vectors(data(**changes), folder, 0)


def test_nan_pickles_and_damaged_files_are_refused(folder: Path) -> None:
    np.save(folder / "nan.npy", np.full((4, 3), np.nan))
    np.save(folder / "pickle.npy", np.array([{}, {}], dtype=object), allow_pickle=True)
    (folder / "damaged.npz").write_bytes(b"PK\x03\x04 and no more")
    (folder / "ragged.csv").write_text("a,b\n1,2\n3\n")
    for name in ("nan.npy", "pickle.npy", "damaged.npz", "ragged.csv"):
        with pytest.raises(DatasetInvalidError):
            load_vectors(data(train=name), folder, 0)
