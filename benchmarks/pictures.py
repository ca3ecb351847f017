"""Real rows to send: the digits that the bundle ae-mnist carries to prove itself by, moved about a little."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BUNDLE = Path("ae-mnist") / "1"
SIDE = 28
SHIFTS = [(down, right) for down in (-1, 0, 1, 2) for right in (-1, 0, 1, 2)]


def digits(models: Path) -> NDArray[np.float32]:
    """64 pictures [64, 784] out of MNIST's held-out digits: each of four in 16 places.

    Each is about as much ink as a digit usually is, and its values are k/255: some 4 kB of JSON a row.
    """
    golden = json.loads((models / BUNDLE / "golden.json").read_text("utf-8"))
    originals = np.array(golden["inputs"], np.float32)[::-1].reshape(-1, SIDE, SIDE)
    moved = [np.roll(originals, shift, axis=(1, 2)) for shift in sorted(SHIFTS, key=lambda shift: shift != (0, 0))]
    return np.concatenate(moved).reshape(-1, SIDE * SIDE)
