"""A .npz file: arrays by name, in a zip archive."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from math import prod
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from latentd.errors import FileRowInvalidError, FileUnreadableError, FileUnsupportedError
from latentd.files.column_names import names_for
from latentd.files.npy_file import leading_shape, read_rows
from latentd.files.npy_stream import NpyReader, NpyWriter
from latentd.files.row_sink import LABELS, Columns, Plan, RowSink
from latentd.files.row_source import Batch, RowSource
from latentd.files.text_column import TextColumn
from latentd.inference.arrays import FloatArray
from latentd.inference.rows import RowSpec
from latentd.wire.npy_body import REAL_KINDS

_ENDING = ".npy"
_LABEL_KINDS = "iuU"
_CHUNK = 1024 * 1024
# What zipfile raises for a damaged, an encrypted and a strangely compressed archive.
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)


class NpzSource(RowSource):
    """The array `inputs`, else `outputs` (or `latents`), or the only one beside `labels`, which are carried along."""

    def __init__(self, path: Path, spec: RowSpec) -> None:
        with _reading(path) as archive:
            names = [name.removesuffix(_ENDING) for name in archive.namelist() if name.endswith(_ENDING)]
            self._name = _choose(path, names, spec.field)
            with archive.open(self._name + _ENDING) as member:
                shape = self._reader(archive, member, self._name, REAL_KINDS, path).shape
            super().__init__(path, spec, leading_shape(path, shape, spec))
            self._labelled = LABELS in names
            if self._labelled:
                self._check_labels(archive)

    @property
    def rows(self) -> int:
        """As many as the header says."""
        assert self.leading is not None, "an array has one"
        return prod(self.leading)

    def batches(self, size: int) -> Iterator[Batch]:
        """Out of the archive, unpacked as they are read."""
        with _reading(self.path) as archive, archive.open(self._name + _ENDING) as member, ExitStack() as stack:
            reader = self._reader(archive, member, self._name, REAL_KINDS, self.path)
            labels: Iterator[np.ndarray | None] = iter(lambda: None, object())
            if self._labelled:
                label_member = stack.enter_context(archive.open(LABELS + _ENDING))
                label_reader = self._reader(archive, label_member, LABELS, _LABEL_KINDS, self.path)
                labels = (part[:, 0] for part in read_rows(label_reader, self.rows, 1, size))
            for values in read_rows(reader, self.rows, self.spec.dim, size):
                yield Batch(values, next(labels))

    def _check_labels(self, archive: zipfile.ZipFile) -> None:
        with archive.open(LABELS + _ENDING) as member:
            shape = self._reader(archive, member, LABELS, _LABEL_KINDS, self.path).shape
        if prod(shape) != self.rows:
            raise FileRowInvalidError(self.path, f"it has {self.rows} {self._name}, but {list(shape)} labels")

    @staticmethod
    def _reader(archive: zipfile.ZipFile, member: IO[bytes], name: str, kinds: str, path: Path) -> NpyReader:
        reader = NpyReader(member, archive.getinfo(name + _ENDING).file_size, path / name, kinds)
        reader.refuse_columns()  # an archive can be read in one direction alone
        return reader


@contextmanager
def _reading(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _ZIP_ERRORS as error:
        raise FileUnreadableError(path, f"no npz archive that can be read: {error}") from None


def _choose(path: Path, names: list[str], field: str) -> str:
    candidates = [name for name in names if name != LABELS]
    for name in names_for(field):
        if name in candidates:
            return name
    if len(candidates) != 1:
        got = ", ".join(candidates) or "none"
        raise FileUnsupportedError(path, f"expected an array named {field}, or one array alone; got {got}")
    return candidates[0]


class NpzSink(RowSink):
    """Every column as an array of its own.

    An archive holds one array after the other, but rows come in all of them at once: each is kept in a file without a
    name, which the system clears away whatever happens, until the last row has come.
    """

    def __init__(self, path: Path, plan: Plan) -> None:
        super().__init__(path, plan)
        self._stack = ExitStack()
        self._arrays: dict[str, tuple[IO[bytes], NpyWriter | TextColumn]] = {}

    def write(self, columns: Columns, inputs: FloatArray) -> None:  # noqa: ARG002 - for pictures alone
        """Append to each array."""
        for name, values in columns.items():
            if name not in self._arrays:
                self._arrays[name] = self._begin(is_text=values.dtype.kind == "U")
            self._arrays[name][1].append(values)

    def _begin(self, *, is_text: bool) -> tuple[IO[bytes], NpyWriter | TextColumn]:
        file = self._stack.enter_context(TemporaryFile(dir=self.path.parent))  # noqa: SIM115 - the stack is one
        return file, TextColumn(file) if is_text else NpyWriter(file, self.plan.leading)

    def finish(self) -> None:
        """Put the arrays into the archive, uncompressed as np.savez does."""
        with zipfile.ZipFile(self.path, "w") as archive:
            for name, (file, array) in self._arrays.items():
                array.finish()
                file.seek(0)
                with archive.open(zipfile.ZipInfo(name + _ENDING), "w", force_zip64=True) as member:
                    if isinstance(array, TextColumn):
                        array.copy_to(member)
                    else:
                        shutil.copyfileobj(file, member, _CHUNK)

    def close(self) -> None:
        """Let go of the files without a name."""
        self._stack.close()
