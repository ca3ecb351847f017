"""What is done to rows: from checked rows [n, D] to columns. It knows nothing of files, nor where the model runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from latentd.files.row_sink import Columns
from latentd.inference import Posterior, Reconstruction
from latentd.inference.arrays import FloatArray
from latentd.inference.cores import usable_cores


class Coder(Protocol):
    """What is asked of a model: an Autoencoder in this process, or one on a server."""

    def encode_rows(self, rows: FloatArray) -> Posterior:
        """Checked rows [n, D] -> the posterior of each."""

    def decode_rows(self, rows: FloatArray) -> FloatArray:
        """Checked rows [n, L] -> outputs [n, D]."""

    def reconstruct_rows(self, rows: FloatArray) -> Reconstruction:
        """Checked rows [n, D] -> outputs, latents, errors and percentiles."""

    def require_posterior(self) -> None:
        """Raise PosteriorMissingError unless the encoder gives a logvar."""


@dataclass(frozen=True, slots=True)
class Work:
    """`run` takes checked rows [n, D]; so many `threads` may do so at once, and one of them does so in order."""

    run: Callable[[FloatArray], Columns]
    threads: int


def encoding(model: Coder, seed: int | None = None) -> Work:
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


def decoding(model: Coder) -> Work:
    """Latents -> `outputs`."""

    def decode(rows: FloatArray) -> Columns:
        return {"outputs": model.decode_rows(rows)}

    return Work(decode, usable_cores())


def reconstruction(model: Coder, threshold: float | None = None) -> Work:
    """Inputs -> `outputs`, `latents`, `errors`, `percentiles`; with a threshold, whether the latter are `anomalous`."""

    def reconstruct(rows: FloatArray) -> Columns:
        found = model.reconstruct_rows(rows)
        columns = {"outputs": found.outputs, "latents": found.latents}
        judged = {"errors": found.errors, "percentiles": found.percentiles}
        anomalous = {} if threshold is None else {"anomalous": np.greater(found.percentiles, threshold)}
        return {**columns, **judged, **anomalous}

    return Work(reconstruct, usable_cores())
