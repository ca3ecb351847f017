"""The protocol's datatypes in numpy."""

from __future__ import annotations

import numpy as np
import pytest

from latentd.errors import TensorInvalidError
from latentd.v2.datatypes import DATATYPES, cast, numpy_dtype
from tensors import NUMPY


def test_every_number_type_of_the_protocol_has_its_dtype() -> None:
    assert {name: dtype.str.replace("|", "<") for name, dtype in DATATYPES.items()} == NUMPY


@pytest.mark.parametrize("datatype", ["BOOL", "BYTES", "BF16", "float32", "", None, 5, ["FP32"]])
def test_others_are_refused_by_name(datatype: object) -> None:
    with pytest.raises(TensorInvalidError, match=r"'x'.*accepted are FP32"):
        numpy_dtype("x", datatype)


@pytest.mark.parametrize("datatype", [name for name in NUMPY if "INT" in name])
def test_whole_numbers_stay_within_their_type(datatype: str) -> None:
    dtype = DATATYPES[datatype]
    limits = np.iinfo(dtype.str)
    ends = np.array([limits.min, 0, limits.max // 2], np.float64)
    np.testing.assert_array_equal(cast("x", ends, dtype), ends)
    for strange in (0.5, limits.min * 2.0 - 1, limits.max * 2.0 + 1):
        with pytest.raises(TensorInvalidError, match=f"at 1, which is no {datatype}$"):
            cast("x", np.array([0, strange]), dtype)


def test_what_float16_cannot_hold_becomes_infinite() -> None:
    assert cast("x", np.array([1e6, 0.5]), DATATYPES["FP16"]).tolist() == [np.inf, 0.5]
