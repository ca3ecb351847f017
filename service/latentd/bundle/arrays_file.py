"""npz -> arrays, without pickle, and without believing what an archive says of sizes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from math import prod
from tokenize import TokenError
from typing import Any

from numpy.lib import format as npy
from numpy.typing import NDArray

# What zipfile, zlib and numpy raise for an archive that is none.
_UNREADABLE = (
    *(ValueError, KeyError, TypeError, AttributeError, EOFError, OSError, MemoryError, OverflowError, RuntimeError),
    *(SyntaxError, TokenError, NotImplementedError, zipfile.BadZipFile, zlib.error),
)
_HEADER_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_arrays(content: bytes, names: Sequence[str], most_bytes: int) -> dict[str, NDArray[Any]]:
    """Those of the arrays `names` that are there. Raises ValueError where they cannot be read, or are too large.

    The archive states how large each member is, which is as far as it is read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.getinfo(f"{name}.npy") for name in names if f"{name}.npy" in archive.NameToInfo}
            _check_size(sum(member.file_size for member in members.values()), most_bytes)
            return {name: _read_array(archive.read(member)) for name, member in members.items()}
    except _TooLargeError:
        raise
    except _UNREADABLE as error:
        raise ValueError(f"it does not hold {' and '.join(names)}: {type(error).__name__}: {error}") from None


class _TooLargeError(ValueError):
    pass


def _check_size(size: int, most_bytes: int) -> None:
    if size > most_bytes:
        raise _TooLargeError(f"it unpacks to {size} bytes; at most {most_bytes} are read")


def _read_array(content: bytes) -> NDArray[Any]:
    """The array, whose memory numpy takes before it looks whether there are so many values."""
    file = io.BytesIO(content)
    version = npy.read_magic(file)
    if version not in _HEADER_READERS:
        raise ValueError(f"an array's format version is {version}; versions 1.0 and 2.0 are read")
    shape, _, dtype = _HEADER_READERS[version](file)
    stated = prod(shape) * dtype.itemsize
    if not dtype.hasobject and stated != len(content) - file.tell():
        raise ValueError(f"an array is said to have {stated} bytes, and has {len(content) - file.tell()}")
    file.seek(0)
    array: NDArray[Any] = npy.read_array(file, allow_pickle=False)
    return array
