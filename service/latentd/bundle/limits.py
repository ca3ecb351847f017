"""How much a bundle may ask of whoever reads and runs it."""

from __future__ import annotations

from dataclasses import dataclass

from latentd.bundle.graph import MAX_VALUES
from latentd.bundle.listed_files import MAX_BYTES


@dataclass(frozen=True, slots=True)
class BundleLimits:
    """The most `bytes` that its files may have in all, and the most `values` that one run of a graph may compute."""

    bytes: int = MAX_BYTES
    values: int = MAX_VALUES


LIMITS = BundleLimits()
"""Those that hold where nobody sets others."""
