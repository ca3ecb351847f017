"""The few inputs whose exact answers a bundle carries, replayed whenever a model loads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.golden import Golden
from latentd_export.datasets import Floats
from latentd_export.graphs import Graphs

ROWS = 4
TOLERANCE = 1e-4


def record_golden(graphs: Graphs, held_out: Floats) -> Golden:
    """The first held-out rows with what the graphs give for them.

    The tolerance is 1e-4, or that share of the largest value: processors add up in different orders, which moves the
    last digits of a float32; another model is off in the first.
    """
    inputs = held_out[:ROWS]
    latents, *logvar = graphs.encode(inputs)
    outputs = graphs.decode(latents)
    largest = max(float(np.abs(part).max()) for part in (latents, outputs, *logvar))
    return Golden(
        inputs=_matrix(inputs),
        latents=_matrix(latents),
        logvar=_matrix(logvar[0]) if logvar else None,
        outputs=_matrix(outputs),
        tolerance=TOLERANCE * max(1.0, largest),
    )


def _matrix(rows: NDArray[np.float32]) -> tuple[tuple[float, ...], ...]:
    """Each float32 as the shortest decimal that gives it back."""
    return tuple(tuple(float(str(value)) for value in row) for row in rows)
