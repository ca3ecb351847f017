"""What reads and what writes files of each ending: two tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from latentd.bundle import Manifest
from latentd.errors import FileError, FileMissingError, FileUnreadableError, FileUnsupportedError
from latentd.files.csv_file import CsvSink, CsvSource
from latentd.files.npy_file import NpySink, NpySource
from latentd.files.npz_file import NpzSink, NpzSource
from latentd.files.parquet_file import ParquetSink, ParquetSource
from latentd.files.picture_sink import FolderSink, SheetSink
from latentd.files.picture_source import MEDIA_TYPES, PictureSource
from latentd.files.row_sink import Plan, RowSink
from latentd.files.row_source import RowSource
from latentd.inference.rows import RowSpec
from latentd.wire.picture_body import PictureReader

FOLDER = "/"
"""What the name of a folder to be written ends with."""

SinkOpener = Callable[[Path, Plan], RowSink]

ARRAY_SOURCES: Mapping[str, Callable[[Path, RowSpec], RowSource]] = {
    ".npy": NpySource,
    ".npz": NpzSource,
    ".csv": CsvSource,
    ".parquet": ParquetSource,
}
ARRAY_SINKS: Mapping[str, SinkOpener] = {
    ".npy": NpySink,
    ".npz": NpzSink,
    ".csv": CsvSink,
    ".parquet": ParquetSink,
}
PICTURE_SINKS: Mapping[str, SinkOpener] = {".png": SheetSink, FOLDER: FolderSink}


@dataclass(frozen=True, slots=True)
class Destination:
    """Where results go: a name, whose ending tells the format, what writes that, and what it may want to know."""

    out: str
    open_sink: SinkOpener
    plan: Plan


def open_source(path: Path, spec: RowSpec, pictures: PictureReader | None) -> RowSource:
    """The rows of a file or of a folder of pictures; `pictures` reads those, where the model takes any.

    Raises FileError, which says what is wrong with it; the whole of a big file is not looked at yet.
    """
    if not path.exists():
        raise FileMissingError(path, "there is no such file")
    ending = path.suffix.lower()
    with blaming(path, FileUnreadableError):
        if path.is_dir() or ending in MEDIA_TYPES:
            if pictures is None:
                raise FileUnsupportedError(
                    path, f"expected {', '.join(ARRAY_SOURCES)}: these {spec.field} are no pictures"
                )
            return PictureSource(path, spec, pictures)
        if ending not in ARRAY_SOURCES:
            raise _unknown(path, "read", [*ARRAY_SOURCES, *MEDIA_TYPES, "a folder of pictures"])
        return ARRAY_SOURCES[ending](path, spec)


def ending_of(out: str) -> str:
    """The ending that tells the format to write: `/` for a folder of pictures."""
    return FOLDER if out.endswith(FOLDER) else Path(out).suffix.lower()


def choose_sink(out: str, manifest: Manifest, *, are_outputs: bool) -> SinkOpener:
    """What writes to `out`; pictures only where the results are outputs that can be drawn.

    Raises FileUnsupportedError, which lists the endings that there are.
    """
    can_draw = are_outputs and manifest.picture_shape is not None and manifest.value_range is not None
    sinks = {**ARRAY_SINKS, **(PICTURE_SINKS if can_draw else {})}
    if ending_of(out) not in sinks:
        folder = ["a folder of pictures, which ends in /"] if can_draw else []
        raise _unknown(Path(out), "written here", [*(ending for ending in sinks if ending != FOLDER), *folder])
    return sinks[ending_of(out)]


@contextmanager
def blaming(path: Path, kind: type[FileError]) -> Iterator[None]:
    """Say which file an error of the operating system belongs to."""
    try:
        yield
    except OSError as error:
        raise kind(path, error.strerror or str(error)) from None


def _unknown(path: Path, verb: str, known: list[str]) -> FileUnsupportedError:
    ending = f"files that end in {path.suffix}" if path.suffix else "a name without an ending"
    return FileUnsupportedError(path, f"{ending} cannot be {verb}; expected {', '.join(known)}")
