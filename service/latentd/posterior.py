"""What an encoder says of inputs, and how one draws from it. numpy alone, for this process and for clients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Posterior:
    """What the encoder gives for N rows: `latents` [N, L], and for a VAE `logvar` [N, L]."""

    latents: NDArray[np.float32]
    logvar: NDArray[np.float32] | None

    def sample(self, seed: int | np.random.Generator) -> NDArray[np.float32]:
        """Draw one latent [N, L] for each row from N(latents, exp(logvar)).

        z = mu + exp(logvar / 2) * epsilon (Kingma & Welling 2013, arXiv:1312.6114, section 2.4). The noise comes from
        numpy's `default_rng(seed)` row by row: row i is the same however many rows follow it. A generator goes on where
        it stands, so that batches which follow each other draw what one batch of all their rows would have drawn.
        """
        assert self.logvar is not None, "whoever asks for a draw has checked that there is a posterior"
        noise = np.random.default_rng(seed).standard_normal(self.latents.shape)
        # In float64, for the last bit of numpy's float32 exponential depends on the processor.
        spread = np.exp(self.logvar.astype(np.float64) / 2)
        return (self.latents + spread * noise).astype(np.float32)
