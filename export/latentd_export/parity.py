"""Whether onnxruntime gives what torch gives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from latentd.bundle.records import Parity
from latentd.inference.session import Session
from latentd_export.architectures import Autoencoder, ValueRange
from latentd_export.datasets import Floats
from latentd_export.errors import ParityExceededError

BATCHES = (1, 2, 7, 64)
LATENT_TOLERANCE = 1e-5
OUTPUT_TOLERANCE = 1e-6


def measure_parity(model: Autoencoder, encoder: Session, decoder: Session, held_out: Floats) -> Parity:
    """The largest absolute differences on held-out rows, low ends, high ends and noise, in batches of BATCHES.

    Latents are compared with torch's on the same inputs (logvar with them), outputs on the same latents.
    Raises ParityExceededError beyond 1e-5 on latents or 1e-6 on outputs. A model without a value range is held to
    that share of the largest value compared, when it is above 1: its numbers may be of any size, and float32 has a
    fixed number of digits.
    """
    latent = output = 0.0
    bounded = model.decoder.value_range is not None
    for rows in _batches(held_out, model.decoder.value_range):
        with torch.no_grad():
            expected = model.encoder(torch.from_numpy(rows))
            expected_latents = [part.numpy() for part in (expected if isinstance(expected, tuple) else (expected,))]
            expected_outputs = model.decoder(torch.from_numpy(expected_latents[0])).numpy()
        found_latents = encoder.run(rows)
        found_outputs = decoder.run(expected_latents[0])[0]
        for found, reference in zip(found_latents, expected_latents, strict=True):
            latent = max(latent, _difference("latent", found, reference, LATENT_TOLERANCE, bounded=bounded))
        output = max(output, _difference("output", found_outputs, expected_outputs, OUTPUT_TOLERANCE, bounded=bounded))
    return Parity(batches=BATCHES, latent=latent, output=output)


def _batches(held_out: Floats, value_range: ValueRange) -> Iterator[Floats]:
    low, high = value_range or (0.0, 1.0)
    random = np.random.default_rng(0)
    for size in BATCHES:
        shape = (size, held_out.shape[1])
        yield np.resize(held_out, shape)
        yield np.full(shape, low, dtype=np.float32)
        yield np.full(shape, high, dtype=np.float32)
        yield random.uniform(low, high, shape).astype(np.float32)


def _difference(what: str, found: Floats, reference: Floats, tolerance: float, *, bounded: bool) -> float:
    difference = float(np.abs(found - reference).max())
    allowed = tolerance * (1.0 if bounded else max(1.0, float(np.abs(reference).max())))
    if not difference <= allowed:
        raise ParityExceededError(
            f"torch and onnxruntime differ by {difference:.2e} on {what}s in a batch of {len(found)}; "
            f"at most {allowed:.0e} is allowed"
        )
    return difference
