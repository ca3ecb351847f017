"""The array types that every room shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
"""float32, C-contiguous."""

ErrorArray = NDArray[np.float64]
"""float64: reconstruction errors and percentiles."""
