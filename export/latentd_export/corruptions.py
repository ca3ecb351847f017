"""What a denoising autoencoder has to undo (Vincent et al. 2008, "Extracting and composing robust features")."""

from __future__ import annotations

import torch
from torch import Tensor


def corrupt(
    inputs: Tensor, masked: float, noise_std: float, value_range: tuple[float, float] | None, generator: torch.Generator
) -> Tensor:
    """Gaussian noise of `noise_std`, kept within the value range, then masking: (batch, D) -> (batch, D).

    Each value is masked with probability `masked`, independently; a masked value is the range's low end, or 0
    without a range.
    """
    low, high = value_range or (0.0, 0.0)
    corrupted = inputs
    if noise_std:
        corrupted = corrupted + noise_std * torch.randn(inputs.shape, generator=generator)
        corrupted = corrupted.clamp(low, high) if value_range else corrupted
    if masked:
        corrupted = corrupted.masked_fill(torch.rand(inputs.shape, generator=generator) < masked, low)
    return corrupted
