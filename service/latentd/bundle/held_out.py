"""The latents of the held-out set, for maps and for telling where real data lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from latentd.bundle.arrays_file import read_arrays

MAX_BYTES = 256 * 1024 * 1024
"""The most that the arrays may take when they are unpacked."""

NUMBERS = "fiu"


@dataclass(frozen=True, slots=True)
class HeldOutLatents:
    """`latents` [M, L] float32, and `labels` [M] int64 where the rows are labelled."""

    latents: NDArray[np.float32]
    labels: NDArray[np.int64] | None

    @classmethod
    def from_npz(cls, content: bytes, latent_dim: int) -> Self:
        """Read latents.npz. Raises ValueError when it does not hold such arrays."""
        arrays = read_arrays(content, ("latents", "labels"), MAX_BYTES)
        if "latents" not in arrays:
            raise ValueError("it does not hold latents and labels: there is no array of latents")
        for name, array in arrays.items():
            if array.dtype.kind not in NUMBERS:
                raise ValueError(f"its {name} are {array.dtype}, no numbers")
        with np.errstate(over="ignore"):  # what overflows is not finite
            latents = arrays["latents"].astype(np.float32, copy=False)
        labels = arrays["labels"].astype(np.int64, copy=False) if "labels" in arrays else None
        if latents.ndim != 2 or latents.shape[1] != latent_dim or not len(latents) or not np.isfinite(latents).all():
            raise ValueError(f"its latents are {list(latents.shape)}; expected finite rows of {latent_dim}")
        if labels is not None and labels.shape != latents.shape[:1]:
            raise ValueError(f"it has {len(latents)} latents, but labels {list(labels.shape)}")
        return cls(latents, labels)
