"""A .csv file: one line for each row, with or without a header line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import orjson
from numpy.typing import NDArray

from latentd.errors import FileRowInvalidError, FileUnreadableError
from latentd.files.column_names import LABEL, choose_columns, column_names
from latentd.files.row_sink import LABELS, Columns, Plan, RowSink
from latentd.files.row_source import Batch, Labels, RowSource
from latentd.inference.arrays import FloatArray
from latentd.inference.rows import RowSpec
from latentd.wire.json_body import read_numbers

_MAX_LINE = 16 * 1024 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LABEL_AND_REST = re.compile(rb'("(?:[^"]|"")*"|[^,]*),(.*)', re.DOTALL)
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


class CsvSource(RowSource):
    """Lines of numbers between commas; after a header that begins with `label`, each line's label is carried along."""

    def __init__(self, path: Path, spec: RowSpec) -> None:
        super().__init__(path, spec)
        with path.open("rb") as file:
            first = _without_mark(_read_line(file, path, 1)).rstrip(b"\r\n")
        if not first.strip():
            raise FileRowInvalidError(path, "it holds no rows: the first line is empty")
        names = _split(path, first)
        self._header_lines = 1 if _are_names(names) else 0
        self._is_labelled = names[0] in {LABEL, LABELS}
        self._columns = choose_columns(names, spec.field) if self._header_lines else list(range(len(names)))
        self._commas = len(names) - 1 - self._is_labelled
        if len(self._columns) != spec.dim:
            found = f"line 1 has {len(self._columns)} columns"
            raise FileRowInvalidError(path, f"expected {spec.describe()}; {found} of {spec.field}")
        self._bytes_per_row = len(first) + 1.0

    @property
    def rows(self) -> int:
        """An estimate, from the length of the lines so far."""
        return round(self.path.stat().st_size / self._bytes_per_row)

    def place(self, row: int) -> str:
        """The number of the line, as editors count."""
        return f"line {row + 1 + self._header_lines}"

    def batches(self, size: int) -> Iterator[Batch]:
        """As many lines as that, turned into numbers together."""
        with self.path.open("rb") as file:
            if self._header_lines:
                file.readline()
            else:
                file.seek(len(_BYTE_ORDER_MARK) if file.read(len(_BYTE_ORDER_MARK)) == _BYTE_ORDER_MARK else 0)
            first = 0
            while lines := self._read_lines(file, first, size):
                yield self._parse(lines, first)
                first += len(lines)
                self._bytes_per_row = file.tell() / first

    def _read_lines(self, file: IO[bytes], first: int, size: int) -> list[bytes]:
        lines: list[bytes] = []
        for row in range(first, first + size):
            line = _read_line(file, self.path, row + 1 + self._header_lines).rstrip(b"\r\n")
            if not line:
                self._check_end(file, row)
                break
            lines.append(line)
        return lines

    def _check_end(self, file: IO[bytes], row: int) -> None:
        """An empty line is the end of the file, but for further empty ones."""
        if any(part.strip() for part in iter(lambda: file.read(_MAX_LINE), b"")):
            raise self._fault(row, f"expected {self._commas + 1} numbers; got an empty line")

    def _parse(self, lines: list[bytes], first: int) -> Batch:
        labels = None
        if self._is_labelled:
            labels, lines = self._split_labels(lines, first)
        for row, line in enumerate(lines, first):
            if line.count(b",") != self._commas:
                raise self._fault(row, f"expected {self._commas + 1} numbers; got {line.count(b',') + 1}")
        return Batch(self._to_numbers(lines, first), labels)

    def _split_labels(self, lines: list[bytes], first: int) -> tuple[Labels, list[bytes]]:
        labels: list[str] = []
        rests: list[bytes] = []
        for row, line in enumerate(lines, first):
            match = _LABEL_AND_REST.fullmatch(line)
            if match is None:
                raise self._fault(row, f"expected a label and {self._commas + 1} numbers; got {line[:40]!r}")
            labels.append(_split(self.path, match[1])[0] if match[1] else "")
            rests.append(match[2])
        return np.array(labels, np.str_), rests

    def _to_numbers(self, lines: list[bytes], first: int) -> NDArray[np.float64]:
        """Values [n, D]: by the fast reader of JSON; by numpy where the numbers are not written as JSON has them."""
        text = b"[%b]" % b",".join(lines)
        taken = [column - self._is_labelled for column in self._columns]
        if text.count(b"[") > 1:  # numbers are not nested here
            return self._to_numbers_slowly(lines, taken, first)
        try:
            values = read_numbers(text).reshape(len(lines), self._commas + 1)
        except ValueError:
            return self._to_numbers_slowly(lines, taken, first)
        return values if len(taken) == values.shape[1] else values[:, taken]

    def _to_numbers_slowly(self, lines: list[bytes], taken: Sequence[int], first: int) -> NDArray[np.float64]:
        try:
            texts = [line.decode("ascii") for line in lines]
            values: NDArray[np.float64] = np.loadtxt(texts, delimiter=",", comments=None, ndmin=2, usecols=taken)
        except ValueError:
            raise self._find_non_number(lines, taken, first) from None
        return values

    def _find_non_number(self, lines: list[bytes], taken: Sequence[int], first: int) -> FileRowInvalidError:
        for row, line in enumerate(lines, first):
            fields = line.split(b",")
            for column in taken:
                if not _is_number(fields[column]):
                    got = fields[column][:40].decode("utf-8", "replace")
                    return self._fault(row, f"expected a number; got {got!r} in column {column + self._is_labelled}")
        return self._fault(first, "expected numbers")

    def _fault(self, row: int, reason: str) -> FileRowInvalidError:
        return FileRowInvalidError(self.path, f"{self.place(row)}: {reason}")


class CsvSink(RowSink):
    """A header such as `label,latent_0,latent_1`, and a line for each row; numbers as the shortest decimals."""

    def __init__(self, path: Path, plan: Plan) -> None:
        super().__init__(path, plan)
        self._file = path.open("wb")
        self._has_header = False

    def write(self, columns: Columns, inputs: FloatArray) -> None:  # noqa: ARG002 - for pictures alone
        """Append a line for each row, after the header where that is not written yet."""
        if not self._has_header:
            self._file.write(",".join(_header_of(columns)).encode() + b"\r\n")
            self._has_header = True
        texts = [_to_texts(values) for values in columns.values()]
        self._file.writelines(b",".join(line) + b"\r\n" for line in zip(*texts, strict=True))

    def finish(self) -> None:
        """Nothing: every line is there."""

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _read_line(file: IO[bytes], path: Path, number: int) -> bytes:
    line = file.readline(_MAX_LINE)
    if len(line) == _MAX_LINE and not line.endswith(b"\n"):
        raise FileUnreadableError(path, f"line {number} has more than {_MAX_LINE} bytes")
    return line


def _without_mark(line: bytes) -> bytes:
    return line.removeprefix(_BYTE_ORDER_MARK)


def _split(path: Path, line: bytes) -> list[str]:
    """The fields of a line, some of which may be quoted."""
    try:
        return next(csv.reader([line.decode()], strict=True))
    except (UnicodeDecodeError, csv.Error, StopIteration) as error:
        raise FileUnreadableError(path, f"no CSV file in UTF-8 that can be read: {error}") from None


def _are_names(fields: list[str]) -> bool:
    """Is this a header? Not all are numbers in one, or they are the numbers of the columns, as pandas has it."""
    numbered = [str(index) for index in range(len(fields))]
    return not all(map(_is_number, fields)) or (fields == numbered and len(fields) > 1)


def _is_number(field: str | bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _header_of(columns: Columns) -> Iterator[str]:
    for name, values in columns.items():
        yield from column_names(name, None if values.ndim == 1 else values.shape[1])


def _to_texts(values: NDArray[Any]) -> list[bytes]:
    """The fields of each row of a column [n, …], between commas."""
    if values.dtype.kind == "U":
        return [_quoted(text).encode() for text in values.tolist()]
    # orjson writes each number as the shortest decimal that gives the same float back
    dumped = orjson.dumps(np.ascontiguousarray(values), option=orjson.OPT_SERIALIZE_NUMPY)
    return dumped[1:-1].split(b",") if values.ndim == 1 else dumped[2:-2].split(b"],[")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text
