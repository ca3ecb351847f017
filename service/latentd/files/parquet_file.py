"""A .parquet file: columns of lists, or a column for each value. Needs pyarrow, which the extra [parquet] brings."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latentd.errors import ExtraMissingError, FileRowInvalidError, FileUnreadableError, FileUnsupportedError
from latentd.files.column_names import LABEL, choose_columns, names_for
from latentd.files.row_sink import LABELS, Columns, Plan, RowSink
from latentd.files.row_source import Batch, Labels, RowSource
from latentd.inference.arrays import FloatArray
from latentd.inference.rows import RowSpec

if TYPE_CHECKING:
    import pyarrow as pa

_READ_BUFFER = 256 * 1024  # for each column; without one, a column's whole share of a row group is read at once
_ROW_GROUP_BYTES = 16 * 1024 * 1024


class ParquetSource(RowSource):
    """The column of lists `inputs`, else `outputs` (or `latents`), or columns `input_0`, …, or all but the label."""

    def __init__(self, path: Path, spec: RowSpec) -> None:
        super().__init__(path, spec)
        with self._open() as file:
            schema, self._rows = file.schema_arrow, int(file.metadata.num_rows)
        self._label = next((name for name in (LABEL, LABELS) if name in schema.names), None)
        lists = [name for name in names_for(spec.field) if name in schema.names][:1]
        self._columns = lists or [schema.names[index] for index in choose_columns(schema.names, spec.field)]
        self._is_list = len(self._columns) == 1 and _is_list(schema.field(self._columns[0]).type)
        self._check(schema)

    def _check(self, schema: pa.Schema) -> None:
        if self._rows == 0:
            raise FileRowInvalidError(self.path, "it holds no rows")
        if not self._is_list and len(self._columns) != self.spec.dim:
            got = f"{len(self._columns)} columns of {self.spec.field}"
            raise FileRowInvalidError(self.path, f"expected {self.spec.describe()}; got {got}")
        for name in self._columns:
            kind = schema.field(name).type
            if not _is_real(kind.value_type if self._is_list else kind):
                raise FileUnsupportedError(self.path, f"expected real numbers in column {name}; got {kind}")

    @property
    def rows(self) -> int:
        """As many as the file's metadata says."""
        return self._rows

    def batches(self, size: int) -> Iterator[Batch]:
        """By record batches, unpacked as they are read."""
        names = [*self._columns, *([self._label] if self._label else [])]
        first = 0
        with self._open() as file:
            try:
                for batch in file.iter_batches(batch_size=size, columns=names, use_threads=False):
                    labels = _to_labels(batch.column(self._label)) if self._label else None
                    yield Batch(self._to_values(batch, first), labels)
                    first += batch.num_rows
            except _arrow().ArrowException as error:
                raise FileUnreadableError(self.path, f"no Parquet file that can be read: {error}") from None

    def _open(self) -> Any:
        parquet = _parquet()
        try:
            return parquet.ParquetFile(self.path, buffer_size=_READ_BUFFER, pre_buffer=False)
        except _arrow().ArrowException as error:
            raise FileUnreadableError(self.path, f"no Parquet file that can be read: {error}") from None

    def _to_values(self, batch: pa.RecordBatch, first: int) -> NDArray[Any]:
        """Values [n, D]; a value that is null becomes NaN, and is refused as that is."""
        columns = [batch.column(name) for name in self._columns]
        if self._is_list:
            return self._flatten(columns[0], first)
        return np.stack([column.to_numpy(zero_copy_only=False) for column in columns], axis=1)

    def _flatten(self, lists: pa.Array, first: int) -> NDArray[Any]:
        lengths = lists.value_lengths().fill_null(-1).to_numpy(zero_copy_only=False)
        if wrong := np.flatnonzero(lengths != self.spec.dim).tolist():
            got = "null" if lengths[wrong[0]] < 0 else f"{lengths[wrong[0]]}"
            reason = f"{self.place(first + wrong[0])}: expected a list of {self.spec.dim} numbers; got {got}"
            raise FileRowInvalidError(self.path, reason)
        values: NDArray[Any] = lists.flatten().to_numpy(zero_copy_only=False)
        return values.reshape(-1, self.spec.dim)


class ParquetSink(RowSink):
    """Every column under its name: lists of a fixed length, or plain values."""

    def __init__(self, path: Path, plan: Plan) -> None:
        super().__init__(path, plan)
        self._parquet = _parquet()
        self._writer: Any = None
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_bytes = 0

    def write(self, columns: Columns, inputs: FloatArray) -> None:  # noqa: ARG002 - for pictures alone
        """Append a record batch, to be written with others as a row group of some megabytes."""
        arrays = {name: _to_arrow(values) for name, values in columns.items()}
        self._waiting.append(_arrow().RecordBatch.from_pydict(arrays))
        self._waiting_bytes += self._waiting[-1].nbytes
        if self._waiting_bytes >= _ROW_GROUP_BYTES:
            self._flush()

    def finish(self) -> None:
        """Write what waits, and the metadata."""
        self._flush()
        self._writer.close()

    def close(self) -> None:
        """Close the file."""
        if self._writer is not None:
            self._writer.close()

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = _arrow().Table.from_batches(self._waiting)
        if self._writer is None:
            texts = [name for name in table.schema.names if name == LABELS]  # floats are seldom the same twice
            self._writer = self._parquet.ParquetWriter(self.path, table.schema, use_dictionary=texts)
        self._writer.write_table(table, row_group_size=len(table))
        self._waiting.clear()
        self._waiting_bytes = 0


def _arrow() -> Any:
    """pyarrow, which takes its time to load, and need not be installed."""
    return _load("pyarrow")


def _parquet() -> Any:
    return _load("pyarrow.parquet")


def _load(module: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise ExtraMissingError("pyarrow", "parquet") from None


def _is_list(kind: pa.DataType) -> bool:
    types = _arrow().types
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _is_real(kind: pa.DataType) -> bool:
    types = _arrow().types
    return bool(types.is_integer(kind) or types.is_floating(kind))


def _to_labels(column: pa.Array) -> Labels:
    """Whole numbers as they are; anything else as text, where null is empty."""
    arrow = _arrow()
    if arrow.types.is_integer(column.type) and not column.null_count:
        numbers: Labels = column.to_numpy(zero_copy_only=False).astype(np.int64)
        return numbers
    return np.array(column.cast(arrow.string()).fill_null("").to_pylist(), np.str_)


def _to_arrow(values: NDArray[Any]) -> pa.Array:
    arrow = _arrow()
    if values.dtype.kind == "U":
        return arrow.array(values.tolist(), arrow.string())
    flat = arrow.array(np.ascontiguousarray(values).reshape(-1))
    return flat if values.ndim == 1 else arrow.FixedSizeListArray.from_arrays(flat, values.shape[1])
