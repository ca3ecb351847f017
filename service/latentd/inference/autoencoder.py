"""A bundle that runs: encode, decode, reconstruct. The in-process library.

>>> model = Autoencoder.load("models/ae-mnist")
>>> latents = model.encode(pixels)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from time import perf_counter
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from latentd.bundle import Bundle, latest_bundle, read_bundle
from latentd.bundle.manifest import (
    DECODER_FILE,
    ENCODER_FILE,
    GOLDEN_FILE,
    MANIFEST_FILE,
    Manifest,
)
from latentd.errors import (
    GoldenMismatchError,
    GraphInvalidError,
    ManifestInvalidError,
    PosteriorMissingError,
    ValueNonFiniteError,
)
from latentd.inference.arrays import ErrorArray, FloatArray
from latentd.inference.cores import usable_cores
from latentd.inference.cost import Cost
from latentd.inference.latent_space import LatentSpace
from latentd.inference.rows import RowSpec
from latentd.inference.session import GraphError, Session
from latentd.inference.views import Views
from latentd.posterior import Posterior

MEASURED_ROWS, MEASURED_VALUES = 64, 1 << 20
"""What a batch has, at most, by which a graph is timed."""

MEASURED_SECONDS = 0.5
"""After so long no further round begins."""


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """N rows encoded and decoded again: `outputs` [N, D] and `latents` [N, L]."""

    outputs: FloatArray
    latents: FloatArray


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """N rows encoded and decoded again.

    `outputs` [N, D], `latents` [N, L]; `errors` [N] is the mean squared error of each row; `percentiles` [N] is where
    that stands among the held-out set's errors, from 0 to 100.
    """

    outputs: FloatArray
    latents: FloatArray
    errors: ErrorArray
    percentiles: ErrorArray


class Autoencoder(Views):
    """An encoder and a decoder in onnxruntime, with the manifest that describes them. views.py has what it shows.

    Methods named `*_rows` take checked rows [N, D] or [N, L]; the others take anything array-like whose leading shape
    is then that of the answer: a vector of D numbers gives a vector of L, N vectors give N.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None) -> None:
        """Open both graphs of `bundle` with `threads` each (default: every usable core).

        Raises:
            GraphInvalidError: a graph does not load, or has other names or shapes than the manifest says.
            GoldenMismatchError: the graphs do not give the answers that were stored with them.
        """
        started = perf_counter()
        self.manifest: Manifest = bundle.manifest
        self.inputs = RowSpec.of_inputs(bundle.manifest)
        self.latents = RowSpec.of_latents(bundle.manifest)
        threads = threads or usable_cores()
        encoder, decoder = bundle.manifest.encoder, bundle.manifest.decoder
        encoder_outputs = (encoder.latent, encoder.logvar) if encoder.logvar else (encoder.latent,)
        input_dim, latent_dim = self.manifest.input_dim, self.manifest.latent_dim
        with _blaming(bundle, ENCODER_FILE):
            self._encoder = Session(
                bundle.files[ENCODER_FILE], encoder.input, encoder_outputs, threads, bundle.most_rows[ENCODER_FILE]
            )
            self._encoder.check(input_dim, latent_dim)
            self.encoder_cost = _measure(self._encoder, input_dim)
        with _blaming(bundle, DECODER_FILE):
            self._decoder = Session(
                bundle.files[DECODER_FILE], decoder.latent, (decoder.output,), threads, bundle.most_rows[DECODER_FILE]
            )
            self._decoder.check(latent_dim, input_dim)
            self.decoder_cost = _measure(self._decoder, latent_dim)
        self.digest = bundle.digest
        self.held_out = bundle.held_out
        self.documents = _documents_in(bundle)
        self.examples = bundle.examples
        self.space = _latent_space(bundle)
        self.row_values = input_dim + latent_dim
        self._error_levels = np.linspace(0, 100, len(self.manifest.held_out.error_quantiles))
        self._error_quantiles = np.array(self.manifest.held_out.error_quantiles)
        self._replay(bundle)
        self.example: FloatArray = np.array(bundle.golden.inputs[0], dtype=np.float32)
        self.load_seconds = perf_counter() - started

    @classmethod
    def load(cls, folder: str | Path, threads: int | None = None) -> Self:
        """Read, verify and open the bundle in models/<name>/<version>, or the highest version in models/<name>.

        Raises BundleError, the kind of which tells what is wrong.
        """
        return cls(read_bundle(latest_bundle(Path(folder))), threads)

    def encode(self, inputs: ArrayLike) -> FloatArray:
        """Latents [..., L] of inputs [..., D]; for a VAE the posterior mean. Raises as RowSpec.take does.

        Bytes (uint8) are scaled from 0–255 to the model's value range, here and in `reconstruct`; other numbers are
        taken as they are.
        """
        rows, leading = self._take_inputs(inputs)
        return self.encode_rows(rows).latents.reshape(*leading, self.latents.dim)

    def decode(self, latents: ArrayLike) -> FloatArray:
        """Outputs [..., D] of latents [..., L]. Raises as RowSpec.take does."""
        rows, leading = self.latents.take(np.asarray(latents))
        return self.decode_rows(rows).reshape(*leading, self.inputs.dim)

    def reconstruct(self, inputs: ArrayLike) -> Reconstruction:
        """Outputs [..., D] of inputs [..., D], with latents, errors and percentiles. Raises as RowSpec.take does."""
        rows, leading = self._take_inputs(inputs)
        result = self.reconstruct_rows(rows)
        return Reconstruction(
            result.outputs.reshape(*leading, self.inputs.dim),
            result.latents.reshape(*leading, self.latents.dim),
            result.errors.reshape(leading),
            result.percentiles.reshape(leading),
        )

    def _take_inputs(self, inputs: ArrayLike) -> tuple[FloatArray, tuple[int, ...]]:
        """As RowSpec.take, with bytes scaled as in a .npy body; /v2 takes them as they are, and so that does not."""
        values = np.asarray(inputs)
        return self.inputs.take(self.inputs.from_bytes(values) if values.dtype == np.uint8 else values)

    def encode_rows(self, rows: FloatArray) -> Posterior:
        """Rows [N, D] -> the posterior of each, as the encoder graph gives it.

        Raises ValueNonFiniteError for inputs without a range that are so large that the encoder overflows.
        """
        latents, *logvar = self._encoder.run(rows)
        _require_finite(latents, rows, self.inputs)
        return Posterior(latents, logvar[0] if logvar else None)

    def sample_posterior_rows(self, rows: FloatArray, seed: int) -> Posterior:
        """As `encode_rows`, with latents drawn from the posterior. Raises PosteriorMissingError where there is none."""
        self.require_posterior()
        posterior = self.encode_rows(rows)
        return Posterior(posterior.sample(seed), posterior.logvar)

    def decode_rows(self, rows: FloatArray) -> FloatArray:
        """Rows [N, L] -> outputs [N, D]. Raises ValueNonFiniteError for latents so large that the decoder overflows."""
        outputs = self._decoder.run(rows)[0]
        _require_finite(outputs, rows, self.latents)
        return outputs

    def round_trip_rows(self, rows: FloatArray) -> RoundTrip:
        """Rows [N, D] -> latents, and the outputs of these."""
        latents = self.encode_rows(rows).latents
        return RoundTrip(self.decode_rows(latents), latents)

    def reconstruct_rows(self, rows: FloatArray) -> Reconstruction:
        """Rows [N, D] -> outputs, latents, errors and percentiles of each."""
        there_and_back = self.round_trip_rows(rows)
        outputs = there_and_back.outputs
        errors = np.square(np.subtract(outputs, rows, dtype=np.float64)).mean(axis=1)
        percentiles = np.interp(errors, self._error_quantiles, self._error_levels)
        return Reconstruction(outputs, there_and_back.latents, errors, percentiles)

    def require_posterior(self) -> None:
        """Raise PosteriorMissingError unless the encoder gives a logvar beside the latent."""
        if self.manifest.encoder.logvar is None:
            raise PosteriorMissingError(self.manifest.name)

    def _replay(self, bundle: Bundle) -> None:
        golden = bundle.golden
        posterior = self.encode_rows(np.array(golden.inputs, dtype=np.float32))
        outputs = self.decode_rows(np.array(golden.latents, dtype=np.float32))
        pairs = [("latents", posterior.latents, golden.latents), ("outputs", outputs, golden.outputs)]
        if posterior.logvar is not None:
            pairs.append(("logvar", posterior.logvar, golden.logvar or ()))
        for name, computed, stored in pairs:
            expected = np.array(stored)
            if computed.shape != expected.shape or not np.allclose(computed, expected, rtol=0, atol=golden.tolerance):
                reason = f"the graphs no longer give its {name} (to within {golden.tolerance:g})"
                raise GoldenMismatchError(bundle.folder, GOLDEN_FILE, reason)


def _require_finite(computed: FloatArray, rows: FloatArray, spec: RowSpec) -> None:
    """Raise ValueNonFiniteError where finite rows were too large to compute with; a sum finds out most cheaply."""
    if isfinite(np.add.reduce(computed, axis=None, dtype=np.float64)):
        return
    faulty = np.isfinite(rows).all(axis=1) & ~np.isfinite(computed).all(axis=1)
    if not faulty.any():
        return
    row = int(faulty.argmax())
    largest = float(np.abs(rows[row]).max())
    detail = f"expected {spec.field} of a size that the model can compute with; row {row} reaches {largest:g}"
    raise ValueNonFiniteError(detail, f"/{spec.field}")


def _documents_in(bundle: Bundle) -> dict[str, bytes]:
    """The card and what may stand on it, by name; onnxruntime has copies of the graphs."""
    return {name: file for name, file in bundle.files.items() if name not in (ENCODER_FILE, DECODER_FILE)}


def _latent_space(bundle: Bundle) -> LatentSpace:
    try:
        return LatentSpace(bundle.manifest, bundle.held_out.latents)
    except np.linalg.LinAlgError:
        reason = "density: a covariance is not positive definite"
        raise ManifestInvalidError(bundle.folder, MANIFEST_FILE, reason) from None


@contextmanager
def _blaming(bundle: Bundle, file: str) -> Iterator[None]:
    """Say which bundle and which file a bad graph belongs to."""
    try:
        yield
    except GraphError as error:
        raise GraphInvalidError(bundle.folder, file, str(error)) from None


def _measure(session: Session, dim: int) -> Cost:
    """Time a graph with one row and with a batch; the best of some rounds, the first of which warms it up.

    One row gets more of them: it costs less time, and more hangs on it.
    """
    one = _best_time(session, 1, dim, 20)
    batch = max(2, min(MEASURED_ROWS, MEASURED_VALUES // dim, int(MEASURED_SECONDS / one)))
    many = _best_time(session, batch, dim, 5)
    per_row = max(0.0, (many - one) / (batch - 1))
    return Cost(max(0.0, one - per_row), per_row)


def _best_time(session: Session, rows: int, dim: int, rounds: int) -> float:
    best, end = inf, perf_counter() + MEASURED_SECONDS
    for _ in range(rounds):
        best = min(best, _time(session, rows, dim))
        if perf_counter() > end:
            break
    return best


def _time(session: Session, rows: int, dim: int) -> float:
    values = np.zeros((rows, dim), np.float32)
    start = perf_counter()
    session.run(values)
    return perf_counter() - start
