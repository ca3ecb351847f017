"""Latents brought to about unit variance, without changing a single bit of any output.

Where there is no prior, nothing says how far a latent may lie from zero: training leaves it where the weights happened
to grow, at 300 in one dimension and 20 in another. Scaled, a step means about as much in each dimension, and an
absolute tolerance on latents means the same for every model. The factors are powers of two, by which floating-point
numbers are multiplied exactly.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from latentd_export.architectures import Autoencoder, VariationalAutoencoder


@torch.no_grad()
def scale_latents(model: Autoencoder, rows: Tensor) -> None:
    """Change `model` in place, so that its latents of `rows` (N, D) have standard deviations from 0.7 to 1.4.

    The encoder's last layer is divided and the decoder's first one multiplied by the power of two that is nearest to
    the standard deviation. A variational autoencoder is left alone, for its prior has settled the scale; so is a
    dimension that never changes.
    """
    if isinstance(model, VariationalAutoencoder):
        return
    std = model.encode(rows).std(dim=0, correction=0)
    factor = torch.where(std > 0, torch.exp2(std.log2().round()), torch.ones_like(std))
    model.encoder.latent.weight.div_(factor[:, None])
    model.encoder.latent.bias.div_(factor)
    first = next(layer for layer in model.decoder.modules() if isinstance(layer, nn.Linear))
    first.weight.mul_(factor)
