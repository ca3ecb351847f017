"""Where a span begins and ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from latentd.errors import ParameterInvalidError

LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Between what the bounds of a span lie, and how that is said."""

    least: float
    most: float
    words: str


LEVELS = Allowed(0, 1, "levels between 0 and 1")
LATENT_VALUES = Allowed(-LARGEST, LARGEST, f"latent values within ±{LARGEST:.2g}")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What was asked for; None stands for a default."""

    low: float | None = None
    high: float | None = None

    def check(self, defaults: tuple[float, float], allowed: Allowed) -> tuple[float, float]:
        """Both bounds, defaults in their places. Raises ParameterInvalidError for what is not allowed or not in order.

        The defaults of a dimension that never changes are one value: that is no error.
        """
        low = defaults[0] if self.low is None else self.low
        high = defaults[1] if self.high is None else self.high
        faulty = [name for name, value in (("low", low), ("high", high)) if not allowed.least < value < allowed.most]
        if faulty or not (low < high or self.low is self.high is None):
            name, got = faulty[0] if faulty else "low", f"low={low:g}, high={high:g}"
            raise ParameterInvalidError(name, f"expected {allowed.words}, low below high; got {got}")
        return low, high
