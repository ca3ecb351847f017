"""Picture files, one by one or all that lie in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from latentd.errors import (
    BodyUnreadableError,
    FileRowInvalidError,
    FileUnreadableError,
    PictureTooLargeError,
    PictureUnusableError,
)
from latentd.files.row_source import Batch, RowSource
from latentd.inference.rows import RowSpec
from latentd.wire.picture_body import PictureReader

MEDIA_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


class PictureSource(RowSource):
    """The picture at `path`, or those in that folder sorted by name, each made to fit; its name is its label."""

    def __init__(self, path: Path, spec: RowSpec, reader: PictureReader) -> None:
        super().__init__(path, spec, None if path.is_dir() else ())
        self._reader = reader
        self._paths = _pictures_in(path) if path.is_dir() else [path]

    @property
    def rows(self) -> int:
        """One for each picture."""
        return len(self._paths)

    def place(self, row: int) -> str:
        """The picture's name."""
        return self._paths[row].name

    def batches(self, size: int) -> Iterator[Batch]:
        """Pictures as bytes 0 to 255."""
        for first in range(0, self.rows, size):
            paths = self._paths[first : first + size]
            values = np.stack([self._read(path) for path in paths]).reshape(len(paths), self.spec.dim)
            names = [path.name.encode("utf-8", "replace").decode() for path in paths]
            yield Batch(values, np.array(names, np.str_))

    def _read(self, path: Path) -> np.ndarray:
        media_type = MEDIA_TYPES[path.suffix.lower()]
        try:
            return self._reader.read_array(path.read_bytes(), media_type)
        except BodyUnreadableError:
            raise FileUnreadableError(path, f"no {media_type} picture that can be read") from None
        except (PictureTooLargeError, PictureUnusableError) as error:
            raise FileRowInvalidError(path, str(error)) from None


def _pictures_in(folder: Path) -> list[Path]:
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in MEDIA_TYPES and path.is_file())
    if not paths:
        raise FileRowInvalidError(folder, f"the folder holds no picture ({', '.join(MEDIA_TYPES)})")
    return paths
