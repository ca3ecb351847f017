"""One npy array, read or written from its beginning to its end."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from latentd.errors import FileUnreadableError, FileUnsupportedError
from latentd.wire.npy_body import HEADER_ERRORS, read_header


class NpyReader:
    """The array that begins at the place of `file` and takes up the `size` bytes from there, as its header must say.

    Its `shape` and `dtype` are known at once, and whether it lies `by_columns`, in Fortran order.

    Raises:
        FileUnreadableError: it is no npy array, or is shorter or longer than its header says.
        FileUnsupportedError: its dtype is none of `kinds`.
    """

    def __init__(self, file: IO[bytes], size: int, path: Path, kinds: str) -> None:
        self._file = file
        self._path = path
        try:
            self.shape, self.by_columns, self.dtype = read_header(file)
        except HEADER_ERRORS as error:
            raise FileUnreadableError(path, f"no npy array that can be read: {_first_line(error)}") from None
        self._check_dtype(kinds)
        self._start = file.tell()
        expected, got = prod(self.shape) * self.dtype.itemsize, size - self._start
        if expected != got or min(self.shape, default=0) < 0:
            promise = f"the header promises {expected} bytes of {self.dtype} {list(self.shape)}"
            raise FileUnreadableError(path, f"{promise}; got {got}")

    def refuse_columns(self) -> None:
        """Raise FileUnsupportedError unless rows lie together, so that they can be read one after the other."""
        if self.by_columns:
            advice = "np.save(path, np.ascontiguousarray(array)) writes it row by row"
            raise FileUnsupportedError(self._path, f"the array lies in Fortran order, column by column; {advice}")

    def _check_dtype(self, kinds: str) -> None:
        if self.dtype.hasobject:
            raise FileUnsupportedError(
                self._path, "expected numbers; got Python objects, which latentd never unpickles"
            )
        if self.dtype.kind not in kinds:
            raise FileUnsupportedError(self._path, f"expected a real dtype, such as float32 or uint8; got {self.dtype}")

    def read(self, values: NDArray[Any]) -> None:
        """Fill `values`, which are contiguous and of this dtype, with those that come next."""
        target = values.reshape(-1).view(np.uint8).data
        while target:
            count = self._file.readinto(target)  # type: ignore[attr-defined]  # every binary file has it
            if not count:
                raise FileUnreadableError(self._path, f"it ends {len(target)} bytes too early")
            target = target[count:]

    def read_at(self, place: int, values: NDArray[Any]) -> None:
        """As `read`, from the value at that `place` on; the file has to be one in which one can jump."""
        self._file.seek(self._start + place * self.dtype.itemsize)
        self.read(values)


class NpyWriter:
    """An array [*leading, …] whose rows are appended; without `leading`, of as many as will have come."""

    def __init__(self, file: IO[bytes], leading: tuple[int, ...] | None = None) -> None:
        self._file = file
        self._leading = leading
        self._rows = 0
        self._row: tuple[np.dtype[Any], tuple[int, ...]] | None = None

    def append(self, rows: NDArray[Any]) -> None:
        """Append rows [n, …], which are all of one dtype and of one shape but for n."""
        if self._row is None:
            self._row = rows.dtype, rows.shape[1:]
            self._write_header()
        self._rows += len(rows)
        self._file.write(np.ascontiguousarray(rows).reshape(-1).view(np.uint8).data)

    def finish(self) -> None:
        """Make the header true: numpy leaves room in it for the number of rows to grow."""
        if self._leading is None:
            self._file.seek(0)
            self._write_header()
            self._file.seek(0, 2)

    def _write_header(self) -> None:
        assert self._row is not None, "there is at least one row"
        dtype, shape = self._row
        leading = (self._rows,) if self._leading is None else self._leading
        header = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": (*leading, *shape)}
        npy.write_array_header_1_0(self._file, header)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
