"""What one row of a model's input or latent is, and the one place where rows are checked."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from operator import mul

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.manifest import Manifest
from latentd.bundle.records import ValueRange
from latentd.errors import ShapeMismatchError, ValueNonFiniteError, ValueRangeError
from latentd.inference.arrays import FloatArray

TOLERANCE = 1e-6
_BITS = np.dtype(np.uint32)


@dataclass(frozen=True, slots=True)
class RowSpec:
    """Rows of `dim` values. `field` is their name in requests and errors: "inputs" or "latents".

    Where the row is a picture, `picture_shape` (H, W) or (C, H, W) counts as its flattened vector.
    """

    field: str
    dim: int
    picture_shape: tuple[int, ...] | None = None
    value_range: ValueRange | None = None
    _highest_bits: int = dataclasses.field(init=False, repr=False, default=-1)

    def __post_init__(self) -> None:
        if self.value_range is not None and self.value_range.low == 0:
            bits = int(np.float32(self.value_range.high).view(np.uint32))
            object.__setattr__(self, "_highest_bits", bits)

    @classmethod
    def of_inputs(cls, manifest: Manifest) -> RowSpec:
        """The rows that the encoder of a bundle takes."""
        return cls("inputs", manifest.input_dim, manifest.picture_shape, manifest.value_range)

    @classmethod
    def of_latents(cls, manifest: Manifest) -> RowSpec:
        """The rows that the decoder of a bundle takes."""
        return cls("latents", manifest.latent_dim)

    @property
    def row_arrays(self) -> int:
        """Of how many arrays a row is at most, one in the other, where it is nested as a picture: C + C·H, and one."""
        return sum(accumulate((self.picture_shape or ())[:-1], mul, initial=1))

    def take(self, values: NDArray[np.generic], *, allow_nonfinite: bool = False) -> tuple[FloatArray, tuple[int, ...]]:
        """Check `values` [..., dim] and flatten them to float32 rows [N, dim]; also give the leading shape.

        The leading shape is that of the answer: () for one vector, (N,) for N of them. With `allow_nonfinite`, NaN and
        infinities pass.

        Raises:
            ShapeMismatchError: the last axes are not those of a row, or there are no rows.
            ValueNonFiniteError: a value is NaN, infinite or too large for float32.
            ValueRangeError: a value lies outside `value_range` by more than 1e-6.
        """
        leading = self.leading_shape(values.shape)
        rows = _as_float32(values).reshape(prod(leading), self.dim)
        self._check_values(rows, values.shape, allow_nonfinite=allow_nonfinite)
        return rows, leading

    def leading_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The leading axes of an array of rows. Raises ShapeMismatchError where it holds none of this `dim`."""
        for row_shape in ((self.dim,), self.picture_shape):
            if row_shape and shape[-len(row_shape) :] == row_shape and 0 not in shape:
                return shape[: -len(row_shape)]
        raise ShapeMismatchError(f"expected {self.describe()}; got shape {list(shape)}", f"/{self.field}")

    def from_bytes(self, values: NDArray[np.generic]) -> FloatArray:
        """Values 0 to 255 scaled to the value range; as they are where there is none."""
        if self.value_range is None:
            return values.astype(np.float32)
        low, high = self.value_range.low, self.value_range.high
        scaled = values.astype(np.float32)
        scaled /= np.float32(255)
        if (low, high) != (0, 1):
            scaled *= np.float32(high - low)
            scaled += np.float32(low)
        return scaled

    def describe(self) -> str:
        """The shapes that `take` accepts, in words."""
        picture = "×".join(map(str, self.picture_shape)) if self.picture_shape else ""
        return f"{self.field} of {self.dim} numbers, one row or N of them" + (
            f", or {picture} pictures" * bool(picture)
        )

    def _check_values(self, rows: FloatArray, shape: tuple[int, ...], *, allow_nonfinite: bool) -> None:
        if self._is_plainly_within(rows):
            return
        low, high = rows.min(), rows.max()  # NaN if any value is
        if self.value_range is None:
            if not (allow_nonfinite or (np.isfinite(low) and np.isfinite(high))):
                self._refuse(~np.isfinite(rows), rows, shape)
            return
        lowest, highest = self.value_range.low - TOLERANCE, self.value_range.high + TOLERANCE
        if low >= lowest and high <= highest:
            return
        faulty = ~((rows >= lowest) & (rows <= highest))
        if allow_nonfinite:
            faulty &= np.isfinite(rows)
        if faulty.any():
            self._refuse(faulty, rows, shape)

    def _is_plainly_within(self, rows: FloatArray) -> bool:
        """Are they all in a range that begins with 0? Tells it in one pass; where it says no, they still may be.

        As whole numbers the bits of floats from 0 up are in the order of the floats; those of NaN, of infinity and of
        what is negative are larger.
        """
        return self._highest_bits >= 0 and int(np.maximum.reduce(rows.view(_BITS), axis=None)) <= self._highest_bits

    def _refuse(self, faulty: NDArray[np.bool_], rows: FloatArray, shape: tuple[int, ...]) -> None:
        first = int(faulty.argmax())
        value = rows.flat[first]
        pointer = "/".join(["", self.field, *(str(index) for index in np.unravel_index(first, shape))])
        count = f"; {int(faulty.sum())} such values in all"
        if not np.isfinite(value):
            raise ValueNonFiniteError(f"expected finite float32 numbers; got {value} at {pointer}{count}", pointer)
        allowed = f"{self.value_range.low:g} to {self.value_range.high:g}" if self.value_range else ""
        raise ValueRangeError(f"expected values from {allowed}; got {value} at {pointer}{count}", pointer)


def _as_float32(values: NDArray[np.generic]) -> FloatArray:
    """The values in C order; what overflows float32 becomes infinite, and is refused by whoever checks them."""
    if values.dtype == np.float32:
        return np.ascontiguousarray(values, np.float32)  # in this machine's byte order
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(values, np.float32)
