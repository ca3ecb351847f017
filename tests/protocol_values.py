"""Latents in every datatype that the Open Inference Protocol has for numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FRACTIONS = [[3.125, -2.5], [0.75, 1.5]]  # any float type holds them
SIGNED = [[-3, 2], [5, -1]]
UNSIGNED = [[3, 2], [5, 1]]
VALUES = {
    **dict.fromkeys(["FP64", "FP32", "FP16"], FRACTIONS),
    **dict.fromkeys(["INT8", "INT16", "INT32", "INT64"], SIGNED),
    **dict.fromkeys(["UINT8", "UINT16", "UINT32", "UINT64"], UNSIGNED),
}


def as_float32(datatype: str) -> NDArray[np.float32]:
    """The values of that datatype, [2, 2], as a model takes them."""
    return np.array(VALUES[datatype], np.float32)
