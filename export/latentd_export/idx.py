"""The IDX format of the MNIST files, read from gzipped or plain files and checked by digest.

Layout (https://yann.lecun.com/exdb/mnist): two zero bytes, a type byte, the number of axes, one big-endian uint32
per axis, then the values in C order, big-endian.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentd_export.errors import DigestMismatchError, IdxFormatError

GZIP_MAGIC = b"\x1f\x8b"
TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_decompressed(path: Path) -> bytes:
    """The content of `path`, decompressed when it is gzip (told by its first bytes, not by its name).

    Raises IdxFormatError for a gzip stream that is cut off or damaged.
    """
    content = path.read_bytes()
    if not content.startswith(GZIP_MAGIC):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise IdxFormatError(f"{path}: a damaged gzip file ({error})") from error


def read_verified(path: Path, sha256: str) -> bytes:
    """The decompressed content of `path`. Raises DigestMismatchError unless its SHA-256 is `sha256`."""
    content = read_decompressed(path)
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DigestMismatchError(path, sha256, found)
    return content


def parse_idx(content: bytes) -> NDArray[Any]:
    """The array that IDX bytes hold, as a read-only view of them in big-endian order.

    Raises IdxFormatError when the header is not IDX or the length does not fit the header.
    """
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in TYPES:
        raise IdxFormatError(f"not an IDX file: it begins with {content[:4]!r}")
    dtype, axes = np.dtype(TYPES[content[2]]), content[3]
    start = 4 + 4 * axes
    if axes == 0 or len(content) < start:
        raise IdxFormatError(f"the IDX header announces {axes} axes, and the file has {len(content)} bytes")
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", count=axes, offset=4))
    expected = start + dtype.itemsize * prod(shape)
    if len(content) != expected:
        raise IdxFormatError(f"an IDX array of shape {shape} takes {expected} bytes, and the file has {len(content)}")
    return np.frombuffer(content, dtype, offset=start).reshape(shape)
