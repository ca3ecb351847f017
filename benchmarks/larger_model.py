"""A bundle with a larger encoder, 784–2048–2048–32 with random weights: made up as the tests make theirs."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.in_process import Floats, Truth
from benchmarks.servers import REPOSITORY

sys.path.append(str(REPOSITORY / "tests"))  # where made-up bundles are written

from bundles import Blueprint, write_bundle

LARGER = Blueprint(name="larger", input_dim=784, latent_dim=32, picture_shape=(28, 28), hidden=(2048, 2048))


def larger_model(folder: Path, rows: Floats, truth: Truth) -> tuple[Path, Truth]:
    """Write the bundle into a models folder; the folder, and what the model gives for the rows."""
    write_bundle(folder, LARGER)
    return folder, replace(truth, latents=LARGER.encode(rows))
