"""npy <-> arrays, without pickle and without believing what a header says of sizes."""

from __future__ import annotations

import io
from math import prod
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from latentd.errors import BodyUnreadableError, ValueTypeError

MEDIA_TYPE = "application/x-npy"

_HEADER_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
_REAL_KINDS = "fiu"


def read_array(body: bytes) -> NDArray[np.generic]:
    """A view of the array in the body, of any real dtype; nothing is copied.

    Raises:
        BodyUnreadableError: this is no npy file, or its data is shorter or longer than its header says.
        ValueTypeError: its values are no real numbers.
    """
    file = io.BytesIO(body)
    try:
        shape, fortran_order, dtype = _read_header(file)
    except (ValueError, EOFError, KeyError, TypeError, RecursionError, MemoryError) as error:
        raise BodyUnreadableError(f"the body is no npy file that can be read: {error}") from None
    if dtype.kind not in _REAL_KINDS:
        raise ValueTypeError(f"expected a real dtype, such as float32 or uint8; got {dtype}")
    expected, got = prod(shape) * dtype.itemsize, len(body) - file.tell()
    if expected != got:
        raise BodyUnreadableError(f"the npy header promises {expected} bytes of {dtype} {list(shape)}; got {got}")
    flat = np.frombuffer(body, dtype, offset=file.tell())
    return flat.reshape(shape, order="F" if fortran_order else "C")


def write(values: NDArray[np.generic]) -> bytes:
    """The array as an npy file."""
    file = io.BytesIO()
    np.save(file, values, allow_pickle=False)
    return file.getvalue()


def _read_header(file: io.BytesIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = npy.read_magic(file)
    if version not in _HEADER_READERS:
        raise ValueError(f"its format version is {version}; versions 1.0 and 2.0 are read")
    return _HEADER_READERS[version](file)
