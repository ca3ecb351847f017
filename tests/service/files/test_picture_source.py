"""Picture files as rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from latentd.errors import FileRowInvalidError, FileUnreadableError
from latentd.files.picture_source import PictureSource
from latentd.inference.rows import RowSpec
from latentd.wire.picture_body import PictureReader
from pictures import Pixels
from tables import write_pictures

SPEC = RowSpec("inputs", 12, (3, 4))
PICTURES: Pixels = np.random.default_rng(0).integers(0, 256, (5, 3, 4), np.uint8)
NAMES = ["10.png", "9.png", "A.PNG", "b.png", "ü.png"]


def source_of(path: Path, limit: int = 100) -> PictureSource:
    assert SPEC.picture_shape is not None
    return PictureSource(path, SPEC, PictureReader(SPEC.picture_shape, limit, "LIMIT"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_pictures(tmp_path / "pictures", PICTURES, NAMES)
    (folder / "notes.txt").write_text("no picture")
    (folder / "c.png").mkdir()
    return folder


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_a_folders_pictures_come_by_name(folder: Path, size: int) -> None:
    source = source_of(folder)
    batches = list(source.batches(size))
    assert [name for batch in batches for name in np.asarray(batch.labels).tolist()] == NAMES
    values = np.concatenate([batch.values for batch in batches])
    assert values.dtype == np.uint8
    np.testing.assert_array_equal(values, PICTURES.reshape(5, 12))
    assert (source.rows, source.leading, source.place(3)) == (5, None, "b.png")


def test_one_picture_is_one_row_without_axes(folder: Path) -> None:
    source = source_of(folder / "b.png")
    assert (source.rows, source.leading) == (1, ())
    np.testing.assert_array_equal(next(source.batches(7)).values, PICTURES[3].reshape(1, 12))


def test_what_cannot_be_read_is_named(folder: Path) -> None:
    with pytest.raises(FileRowInvalidError, match=r"10\.png: the picture has 12 pixels; the limit that LIMIT sets"):
        next(source_of(folder, limit=11).batches(1))
    (folder / "9.png").write_bytes(b"no picture")
    with pytest.raises(FileUnreadableError, match=r"9\.png: no image/png picture that can be read"):
        next(source_of(folder).batches(5))


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRowInvalidError, match="the folder holds no picture"):
        source_of(tmp_path)
