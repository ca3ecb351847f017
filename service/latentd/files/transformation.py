"""From file to file: read a batch, work on it, write it, and forget it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from latentd.errors import FileRowInvalidError, FileUnreadableError, FileUnwritableError
from latentd.files.draft import Draft
from latentd.files.formats import FOLDER, Destination, blaming, ending_of
from latentd.files.in_order import in_order
from latentd.files.row_sink import LABELS, Columns, RowSink
from latentd.files.row_source import Batch, Labels, RowSource
from latentd.files.work import Work
from latentd.inference.arrays import FloatArray

Report = Callable[[int, int], None]
"""Told how many rows have been done since the last time, and how many there seem to be in all."""


def transform(source: RowSource, work: Work, destination: Destination, batch_size: int, report: Report) -> None:
    """Do `work` to all rows of `source`, at most `batch_size` at a time, and write what comes of it.

    What is at the destination is complete in the end, or as it was. Raises FileError, and what `work` raises.
    """
    target = Path(destination.out)
    if target.exists() and target.samefile(source.path):
        raise FileUnwritableError(target, "it is the input, too; name another output")
    with (
        blaming(target, FileUnwritableError),
        Draft(target, is_folder=ending_of(destination.out) == FOLDER) as draft,
        destination.open_sink(draft.path, destination.plan) as sink,
    ):
        _copy(source, work, sink, batch_size, report)
        sink.finish()


def _copy(source: RowSource, work: Work, sink: RowSink, batch_size: int, report: Report) -> None:
    def run(item: tuple[Batch, int]) -> tuple[FloatArray, Columns]:
        rows = source.take(item[0].values, item[1])
        return rows, work.run(rows)

    done = 0
    with closing(in_order(run, _read(source, batch_size), work.threads)) as results:
        for (batch, _), (rows, columns) in results:
            sink.write(_label(columns, batch.labels), rows)
            done += len(rows)
            report(len(rows), source.rows)
    if not done:
        raise FileRowInvalidError(source.path, "it holds no rows")


def _read(source: RowSource, batch_size: int) -> Iterator[tuple[Batch, int]]:
    """Batches as they are in the file, each with the number of its first row."""
    first = 0
    with blaming(source.path, FileUnreadableError):
        for batch in source.batches(batch_size):
            yield batch, first
            first += len(batch.values)


def _label(columns: Columns, labels: Labels | None) -> Columns:
    """The labels stand first in a table."""
    return columns if labels is None else {LABELS: labels, **columns}
