"""The datatypes of the Open Inference Protocol, and which of them become float32 rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from latentd.errors import TensorInvalidError
from latentd.wording import shown

NATIVE = "FP32"

DATATYPES: dict[str, np.dtype[np.generic]] = {
    NATIVE: np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
    "FP16": np.dtype("<f2"),
    **{
        f"{sign}INT{bits}": np.dtype(f"<{sign.lower() or 'i'}{bits // 8}")
        for sign in ("", "U")
        for bits in (8, 16, 32, 64)
    },
}
"""The numpy dtype, little-endian, of each datatype that is taken; the answer to all of them is FP32."""


def numpy_dtype(tensor: str, datatype: object) -> np.dtype[np.generic]:
    """The dtype of an input's datatype. Raises TensorInvalidError for one that does not stand for numbers."""
    if isinstance(datatype, str) and datatype in DATATYPES:
        return DATATYPES[datatype]
    accepted = ", ".join(DATATYPES)
    raise TensorInvalidError(f"input {tensor!r} has the datatype {shown(datatype)}; accepted are {accepted}")


def is_wide(datatype: object) -> bool:
    """Is it one of integers that a double does not hold exactly?"""
    return isinstance(datatype, str) and datatype.endswith("INT64")


def cast(tensor: str, values: NDArray[np.float64], dtype: np.dtype[np.generic]) -> NDArray[np.generic]:
    """Numbers from JSON as the datatype that they are said to have, from where they go on to float32.

    What they lose is what their datatype or float32 cannot hold; a number that is none of the datatype's integers is
    refused with TensorInvalidError.
    """
    if dtype.kind == "f":
        with np.errstate(over="ignore"):  # what overflows is infinite, and refused with the other rows' checks
            return values if dtype.itemsize >= NATIVE_SIZE else values.astype(dtype)
    limits = np.iinfo(dtype)  # type: ignore[type-var]  # its kind is i or u
    strange = (values != np.trunc(values)) | (values < limits.min) | (values >= limits.max + 1.0)
    if strange.any():
        first = int(strange.argmax())
        name = next(name for name, each in DATATYPES.items() if each == dtype)
        raise TensorInvalidError(f"input {tensor!r} holds {values.flat[first]:g} at {first}, which is no {name}")
    return values


NATIVE_SIZE = DATATYPES[NATIVE].itemsize
