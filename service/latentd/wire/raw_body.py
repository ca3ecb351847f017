"""Raw float32 <-> arrays: little-endian values, row after row, and nothing else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from latentd.errors import ShapeMismatchError

MEDIA_TYPE = "application/octet-stream"

_FLOAT32 = np.dtype("<f4")


def read_array(body: bytes, field: str, dim: int) -> NDArray[np.float32]:
    """A view [N, dim] of the body's bytes; nothing is copied. Raises ShapeMismatchError for half a row."""
    row_bytes = dim * _FLOAT32.itemsize
    if not body or len(body) % row_bytes:
        expected = f"expected {field} in rows of {dim} float32 values, a multiple of {row_bytes} bytes"
        raise ShapeMismatchError(f"{expected}; got {len(body)} bytes")
    return np.frombuffer(body, _FLOAT32).reshape(-1, dim)


def write(values: NDArray[np.generic]) -> bytes:
    """The values as little-endian float32, in C order."""
    return values.astype(_FLOAT32, copy=False).tobytes()


def view(values: NDArray[np.generic]) -> memoryview:
    """The bytes that `write` would give, seen where they are if the values are float32 in C order."""
    return np.ascontiguousarray(values, _FLOAT32).reshape(-1).view(np.uint8).data
