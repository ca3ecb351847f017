"""What is done to rows: from checked rows [n, D] to columns. It knows nothing of files.

Those here run a model in this process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from latentd.files.row_sink import Columns
from latentd.inference import Autoencoder
from latentd.inference.arrays import FloatArray
from latentd.inference.cores import usable_cores


@dataclass(frozen=True, slots=True)
class Work:
    """`run` takes checked rows [n, D]; so many `threads` may do so at once, and one of them does so in order."""

    run: Callable[[FloatArray], Columns]
    threads: int


def encoding(model: Autoencoder, seed: int | None = None) -> Work:
    """Inputs -> `latents`, and `logvar` from an encoder that gives one; with a seed, drawn from the posterior.

    The noise of a draw goes on from call to call: how rows are batched makes no difference.
    Raises PosteriorMissingError where there is a seed, but nothing to draw from.
    """
    noise = None if seed is None else np.random.default_rng(seed)
    if noise is not None:
        model.require_posterior()

    def encode(rows: FloatArray) -> Columns:
        posterior = model.encode_rows(rows)
        latents = posterior.latents if noise is None else posterior.sample(noise)
        return {"latents": latents} if posterior.logvar is None else {"latents": latents, "logvar": posterior.logvar}

    return Work(encode, usable_cores() if noise is None else 1)


def decoding(model: Autoencoder) -> Work:
    """Latents -> `outputs`."""

    def decode(rows: FloatArray) -> Columns:
        return {"outputs": model.decode_rows(rows)}

    return Work(decode, usable_cores())


def reconstruction(model: Autoencoder, threshold: float | None = None) -> Work:
    """Inputs -> `outputs`, `latents`, `errors`, `percentiles`; with a threshold, whether the latter are `anomalous`."""

    def reconstruct(rows: FloatArray) -> Columns:
        found = model.reconstruct_rows(rows)
        columns = {"outputs": found.outputs, "latents": found.latents}
        judged = {"errors": found.errors, "percentiles": found.percentiles}
        anomalous = {} if threshold is None else {"anomalous": np.greater(found.percentiles, threshold)}
        return {**columns, **judged, **anomalous}

    return Work(reconstruct, usable_cores())
