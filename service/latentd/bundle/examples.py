"""Some of the held-out inputs themselves, as bytes: real pictures, to be shown beside what a model makes of them."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from tokenize import TokenError
from typing import Self

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 64 * 1024 * 1024
"""The most that the arrays may take when they are unpacked."""

# What zipfile, zlib and numpy raise for an archive that is none, beside ValueError.
_UNREADABLE = (
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,
    MemoryError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Examples:
    """`inputs` [K, D] uint8, the value range in 256 steps, and `indices` [K] int64 of these rows in the held-out set.

    The indices ascend.
    """

    inputs: NDArray[np.uint8]
    indices: NDArray[np.int64]

    @classmethod
    def from_npz(cls, content: bytes, input_dim: int, held_out_rows: int) -> Self:
        """Read examples.npz. Raises ValueError when it does not hold such arrays, or more than MAX_BYTES of them."""
        try:
            _check_size(content)
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                inputs, indices = np.asarray(archive["inputs"]), np.asarray(archive["indices"])
        except _UNREADABLE as error:
            raise ValueError(f"it does not hold inputs and indices: {type(error).__name__}: {error}") from None
        if inputs.dtype != np.uint8 or inputs.ndim != 2 or inputs.shape[1] != input_dim or not len(inputs):
            raise ValueError(f"its inputs are {inputs.dtype} {list(inputs.shape)}; expected rows of {input_dim} uint8")
        if indices.dtype.kind not in "iu" or indices.shape != inputs.shape[:1]:
            raise ValueError(f"it has {len(inputs)} inputs, but indices {indices.dtype} {list(indices.shape)}")
        if int(indices.min()) < 0 or int(indices.max()) >= held_out_rows:
            raise ValueError(f"its indices do not all lie among the {held_out_rows} held-out rows")
        if not (indices[1:] > indices[:-1]).all():
            raise ValueError("its indices do not ascend")
        return cls(np.ascontiguousarray(inputs), indices.astype(np.int64))


def _check_size(content: bytes) -> None:
    """Look at the sizes that the archive states, which is as far as its members are read, before unpacking them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MAX_BYTES:
        raise ValueError(f"it unpacks to {size} bytes; at most {MAX_BYTES} are read")
