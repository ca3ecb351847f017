"""Some of the held-out inputs themselves, as bytes: real pictures, to be shown beside what a model makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.arrays_file import read_arrays

MAX_BYTES = 64 * 1024 * 1024
"""The most that the arrays may take when they are unpacked."""


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
        arrays = read_arrays(content, ("inputs", "indices"), MAX_BYTES)
        if len(arrays) < 2:
            raise ValueError("it does not hold inputs and indices")
        inputs, indices = arrays["inputs"], arrays["indices"]
        if inputs.dtype != np.uint8 or inputs.ndim != 2 or inputs.shape[1] != input_dim or not len(inputs):
            raise ValueError(f"its inputs are {inputs.dtype} {list(inputs.shape)}; expected rows of {input_dim} uint8")
        if indices.dtype.kind not in "iu" or indices.shape != inputs.shape[:1]:
            raise ValueError(f"it has {len(inputs)} inputs, but indices {indices.dtype} {list(indices.shape)}")
        if int(indices.min()) < 0 or int(indices.max()) >= held_out_rows:
            raise ValueError(f"its indices do not all lie among the {held_out_rows} held-out rows")
        if not (indices[1:] > indices[:-1]).all():
            raise ValueError("its indices do not ascend")
        return cls(np.ascontiguousarray(inputs), indices.astype(np.int64))
