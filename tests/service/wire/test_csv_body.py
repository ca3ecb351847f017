"""Latents as CSV: what any reader makes of them is what they were."""

from __future__ import annotations

import csv
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from latentd.wire import csv_body

FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False)
LATENTS = arrays.arrays(np.float32, arrays.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=FINITE)


@given(LATENTS)
def test_every_number_comes_back_exactly(latents: NDArray[np.float32]) -> None:
    labels = np.arange(len(latents)) - 1
    head, *rows = csv.reader(io.StringIO(csv_body.write(latents, labels).decode("ascii"), newline=""))
    assert head == ["label", *(f"latent_{dim}" for dim in range(latents.shape[1]))]
    assert [int(row[0]) for row in rows] == labels.tolist()
    np.testing.assert_array_equal(np.array([row[1:] for row in rows], np.float32), latents)


def test_it_is_written_as_the_rfc_has_it() -> None:
    latents = np.array([[0.1, -2], [1e-7, 3e38]], np.float32)
    assert csv_body.write(latents, None) == b"label,latent_0,latent_1\r\n,0.1,-2.0\r\n,1e-7,3e+38\r\n"


def test_no_rows_are_a_header_alone() -> None:
    assert csv_body.write(np.empty((0, 2), np.float32), np.empty(0, np.int64)) == b"label,latent_0,latent_1\r\n"
