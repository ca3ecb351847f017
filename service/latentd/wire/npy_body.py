"""npy <-> arrays, without pickle and without believing what a header says of sizes."""

from __future__ import annotations

import io
import sys
from math import prod
from tokenize import TokenError
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from latentd.errors import BodyUnreadableError, ValueTypeError

MEDIA_TYPE = "application/x-npy"

_HEADER_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
MAX_AXES = 32
REAL_KINDS = "fiu"
HEADER_ERRORS = (ValueError, EOFError, KeyError, TypeError, RecursionError, MemoryError, SyntaxError, TokenError)
"""What numpy raises for a header that is none."""


def read_array(body: bytes) -> NDArray[np.generic]:
    """A view of the array in the body, of any real dtype; nothing is copied.

    Raises:
        BodyUnreadableError: this is no npy file, or its data is shorter or longer than its header says.
        ValueTypeError: its values are no real numbers.
    """
    file = io.BytesIO(body)
    try:
        shape, fortran_order, dtype = read_header(file)
    except HEADER_ERRORS as error:
        raise BodyUnreadableError(f"the body is no npy file that can be read: {error}") from None
    if dtype.kind not in REAL_KINDS:
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


def read_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, Fortran order and dtype of the array that begins at the file's place. Raises one of HEADER_ERRORS."""
    version = npy.read_magic(file)
    if version not in _HEADER_READERS:
        raise ValueError(f"its format version is {version}; versions 1.0 and 2.0 are read")
    shape, fortran_order, dtype = _HEADER_READERS[version](file)
    if len(shape) > MAX_AXES or not all(type(side) is int and 0 <= side <= sys.maxsize for side in shape):
        raise ValueError(f"its shape is not one that an array of at most {MAX_AXES} axes can have")
    return shape, fortran_order, dtype
