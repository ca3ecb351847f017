"""What hypothesis puts into JSON: numbers nested in all ways, arrays, and anything."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False)
SHAPES = arrays.array_shapes(min_dims=1, max_dims=8, min_side=0, max_side=4)
FLOAT32 = arrays.arrays(np.float32, SHAPES, elements=FINITE)

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3)
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
)
NUMBERS = st.integers(-3, 3) | FINITE
NESTED_NUMBERS = st.recursive(NUMBERS, lambda inner: st.lists(inner, max_size=4), max_leaves=12)
REGULAR = arrays.arrays(np.int64, SHAPES, elements=st.integers(-9, 9)).map(lambda array: array.tolist())
