"""The latents of the held-out set, for maps and for telling where real data lies."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class HeldOutLatents:
    """`latents` [M, L] float32, and `labels` [M] int64 where the rows are labelled."""

    latents: NDArray[np.float32]
    labels: NDArray[np.int64] | None

    @classmethod
    def from_npz(cls, content: bytes, latent_dim: int) -> Self:
        """Read latents.npz. Raises ValueError when it does not hold such arrays."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                latents = archive["latents"].astype(np.float32, copy=False)
                labels = archive["labels"].astype(np.int64, copy=False) if "labels" in archive else None
        except (KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"it does not hold latents and labels: {error}") from None
        if latents.ndim != 2 or latents.shape[1] != latent_dim or not len(latents) or not np.isfinite(latents).all():
            raise ValueError(f"its latents are {list(latents.shape)}; expected finite rows of {latent_dim}")
        if labels is not None and labels.shape != latents.shape[:1]:
            raise ValueError(f"it has {len(latents)} latents, but labels {list(labels.shape)}")
        return cls(latents, labels)
