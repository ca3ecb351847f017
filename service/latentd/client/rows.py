"""Arrays as rows, and back: the raw wire knows rows alone, so the leading shape is kept on this side."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latentd.client.answers import NPY, RAW
from latentd.client.errors import MediaTypeUnsupportedError, ShapeMismatchError, ValueTypeError
from latentd.client.model import Model

Values = NDArray[Any]

PICTURE_TYPES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}

MOST_ROWS = 8192
"""In one chunk, however narrow they are: below the service's own limit, LATENTD_MAX_ROWS, as it comes."""


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent with a request."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """`values` [N, dim] of any real dtype, and the `leading` shape in which they came.

    A picture file is one row, too: `values` [1] holds its bytes, and the server makes an input of them.
    """

    values: Values
    leading: tuple[int, ...]

    @classmethod
    def of_inputs(cls, inputs: ArrayLike, model: Model) -> Self:
        """Inputs [..., D], pictures [..., H, W], or a picture file. Raises ShapeMismatchError or ValueTypeError."""
        if isinstance(inputs, bytes):
            return cls(np.array([inputs], object), ())
        return cls._of(inputs, "inputs", ((model.input_dim,), model.picture_shape))

    @classmethod
    def of_latents(cls, latents: ArrayLike, model: Model) -> Self:
        """Latents [..., L]. Raises ShapeMismatchError or ValueTypeError."""
        return cls._of(latents, "latents", ((model.latent_dim,),))

    @classmethod
    def _of(cls, given: ArrayLike, field: str, row_shapes: tuple[tuple[int, ...] | None, ...]) -> Self:
        values, shapes = as_array(given, field), [shape for shape in row_shapes if shape]
        for shape in shapes:
            if values.shape[-len(shape) :] == shape and 0 not in values.shape:
                return cls(values.reshape(-1, prod(shape)), values.shape[: -len(shape)])
        expected = " or ".join("×".join(map(str, shape)) for shape in shapes)
        raise ShapeMismatchError.foreseen(f"expected {field} of {expected} numbers; got shape {list(values.shape)}")

    @property
    def is_picture(self) -> bool:
        """Is it a picture file?"""
        return self.values.dtype == object

    def __len__(self) -> int:
        return len(self.values)

    def restore(self, results: Values) -> Values:
        """Results [N, …] in the leading shape."""
        return results.reshape((*self.leading, *results.shape[1:]))


@dataclass(slots=True)
class Chunking:
    """How many rows go into one request. It learns where the server takes fewer."""

    rows: int

    def lower(self, rows: int) -> None:
        """From now on, at most so many."""
        self.rows = min(self.rows, rows)

    def cut(self, values: Values) -> Iterator[tuple[int, Values]]:
        """Chunks [n, dim] of rows, each with the number of its first."""
        first = 0
        while first < len(values):
            chunk = values[first : first + self.rows]
            yield first, chunk
            first += len(chunk)


def chunking_for(chunk_bytes: int, *dims: int) -> Chunking:
    """As many rows as keep question and answer, `dims` float32 values a row, within so many bytes."""
    return Chunking(max(1, min(MOST_ROWS, chunk_bytes // (4 * max(dims)))))


def as_array(given: ArrayLike, field: str) -> Values:
    """An array of real numbers. Raises ShapeMismatchError where it has no shape, ValueTypeError for other values."""
    try:
        values = np.asarray(given)
    except ValueError as error:
        raise ShapeMismatchError.foreseen(f"expected {field} as an array: {error}") from None
    if values.dtype.kind not in "fiub":
        raise ValueTypeError.foreseen(f"expected {field} as real numbers; got {values.dtype}")
    return values


def body_of(values: Values) -> Body:
    """Rows on the wire: raw float32, little-endian; but bytes (uint8) as npy, and a picture as the file that it is."""
    if values.dtype == object:
        return picture_of(values[0])
    if values.dtype == np.uint8:
        return npy_of(values)
    with np.errstate(over="ignore"):  # what overflows float32 is infinite, and the server says where
        return Body(np.ascontiguousarray(values, "<f4").tobytes(), RAW)


def body_in_shape(inputs: ArrayLike) -> Body:
    """A few inputs on the wire in their own shape, which the server checks; or a picture file."""
    return picture_of(inputs) if isinstance(inputs, bytes) else npy_of(as_array(inputs, "inputs"))


def picture_of(file: bytes) -> Body:
    """A PNG or JPEG file on the wire. Raises MediaTypeUnsupportedError for what begins otherwise."""
    for beginning, media_type in PICTURE_TYPES.items():
        if file.startswith(beginning):
            return Body(file, media_type)
    raise MediaTypeUnsupportedError.foreseen(f"expected a PNG or JPEG file; got bytes that begin {file[:8]!r}")


def npy_of(values: Values) -> Body:
    """An array on the wire in its own shape."""
    file = io.BytesIO()
    with np.errstate(over="ignore"):
        np.save(file, values if values.dtype == np.uint8 else values.astype("<f4"), allow_pickle=False)
    return Body(file.getvalue(), NPY)


def scaled(values: Values, model: Model) -> NDArray[np.float32]:
    """Input rows as float32, bytes (uint8) scaled to the value range as the server does it."""
    if values.dtype != np.uint8 or model.value_range is None:
        return values.astype(np.float32)
    low, high = model.value_range
    return values.astype(np.float32) / np.float32(255) * np.float32(high - low) + np.float32(low)
