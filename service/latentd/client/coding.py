"""encode, decode and reconstruct: what is asked of the server, and what becomes of its answers.

These become the methods of LatentClient and AsyncLatentClient; `session` stands for the client.
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from latentd.client.answers import JSON, RAW, Fields, floats, read_rows
from latentd.client.chunks import Columns, Progress, in_chunks
from latentd.client.errors import ParameterInvalidError, PosteriorMissingError
from latentd.client.exchange import Exchange
from latentd.client.model import Model
from latentd.client.operation import Operation
from latentd.client.rows import Rows, Values, body_of, chunking_for, scaled
from latentd.client.session import Call, Query, Session
from latentd.posterior import Posterior
from latentd.results import Decoding, Encoding, Reconstruction

Fit = Literal["pad", "center"]

MAX_SEED = 2**63 - 1

JSON_VALUES = 2**13
"""Reconstructions of up to so many values come as JSON, in one request; more of them are faster raw, in two."""


def encode(
    session: Session,
    inputs: ArrayLike,
    *,
    logvar: bool = False,
    sample: bool = False,
    seed: int | None = None,
    invert: bool = False,
    fit: Fit = "pad",
    model: str | None = None,
    version: int | None = None,
    progress: Progress | None = None,
) -> Operation[Encoding]:
    """Latents of inputs: one vector [D] gives one [L], vectors [..., D] or pictures [..., H, W] give [..., L].

    Bytes (uint8) are scaled from 0–255 to the model's value range; other numbers are taken as they are, and sent as
    float32. A PNG or JPEG file, given as bytes, is made to fit: `invert` is for dark on light, `fit="center"` cuts out
    and centres what is drawn.

    The latent is the posterior's mean. `logvar=True` asks a VAE for that beside it, as JSON, which costs more than raw
    float32. `sample=True` draws from the posterior instead, with a `seed` that is made up and told where none is
    given: row i of a seed is the same whatever rows stand around it.

    Many rows go in chunks, of which a few are under way at once; `progress(done, total)` is told of each.
    AsyncLatentClient awaits what that gives, where it can be awaited.

    Raises:
        ShapeMismatchError: the inputs are not as wide as the model's.
        ValueRangeError, ValueNonFiniteError: a value is not one that the model takes.
        PosteriorMissingError: a draw was asked of a model without a posterior.
        ProblemError: whatever else the server refuses.
        ServerUnreachableError, ServerTimeoutError, AnswerInvalidError: there is no answer, or none of latentd.
    """
    bundle = yield from session.pin(model, version)
    seed = _seed_of(bundle, seed, sample=sample)
    rows = Rows.of_inputs(inputs, bundle)
    as_posterior = bundle.has_posterior and (logvar or sample)
    ask = partial(_encode_as_json if as_posterior or rows.is_picture else _encode_raw, session, bundle)
    query = {**bundle.query, **fitting(invert, fit)}
    chunking = chunking_for(session.chunk_bytes, bundle.input_dim)
    found = yield from in_chunks(rows, partial(ask, query), chunking, session.in_flight, progress)
    latents, logvars = found["latents"], found.get("logvar") if as_posterior else None
    if seed is not None:
        latents = Posterior(latents, logvars).sample(seed)
    return Encoding(latents, logvars, seed, bundle.name, bundle.version)


def decode(
    session: Session,
    latents: ArrayLike,
    *,
    model: str | None = None,
    version: int | None = None,
    progress: Progress | None = None,
) -> Operation[Decoding]:
    """Outputs of latents: one latent [L] gives one output [D], latents [..., L] give [..., D].

    Chunks and `progress` are as in `encode`.

    Raises:
        ShapeMismatchError: the latents are not as long as the model's.
        ValueNonFiniteError: a value is NaN or infinite, or too large for the model.
        ProblemError, ServerUnreachableError, ServerTimeoutError, AnswerInvalidError: as in `encode`.
    """
    bundle = yield from session.pin(model, version)
    rows = Rows.of_latents(latents, bundle)
    chunking = chunking_for(session.chunk_bytes, bundle.input_dim, bundle.latent_dim)
    found = yield from in_chunks(rows, partial(_decode_raw, session, bundle), chunking, session.in_flight, progress)
    return Decoding(found["outputs"], bundle.name, bundle.version)


def reconstruct(
    session: Session,
    inputs: ArrayLike,
    *,
    threshold: float | None = None,
    invert: bool = False,
    fit: Fit = "pad",
    model: str | None = None,
    version: int | None = None,
    progress: Progress | None = None,
) -> Operation[Reconstruction]:
    """Inputs encoded and decoded again, with each row's error and where that stands among the held-out set's.

    Inputs are those of `encode`. `threshold` is a percentile from 0 to 100; rows above it are `anomalous`. A large
    array is sent once, raw: its latents come back, go to be decoded, and the errors and percentiles are worked out
    here, as the service does it.

    Raises:
        ParameterInvalidError: the threshold is no percentile.
        ProblemError, ServerUnreachableError, ServerTimeoutError, AnswerInvalidError: as in `encode`.
    """
    if threshold is not None and not 0 <= threshold <= 100:
        raise ParameterInvalidError.foreseen(f"expected a percentile from 0 to 100; got threshold={threshold}")
    bundle = yield from session.pin(model, version)
    rows = Rows.of_inputs(inputs, bundle)
    ask = partial(_reconstruct_as_json, session, bundle, {**bundle.query, **fitting(invert, fit)})
    if not rows.is_picture and len(rows) * bundle.input_dim > JSON_VALUES:
        ask = partial(_reconstruct_raw, session, bundle)
    chunking = chunking_for(session.chunk_bytes, bundle.input_dim)
    found = yield from in_chunks(rows, ask, chunking, session.in_flight, progress)
    anomalous = None if threshold is None else np.greater(found["percentiles"], threshold)
    return Reconstruction(**found, anomalous=anomalous, model=bundle.name, version=bundle.version)


def _seed_of(bundle: Model, seed: int | None, *, sample: bool) -> int | None:
    """The seed of a draw, or None where there is to be none."""
    if not sample:
        if seed is not None:
            raise ParameterInvalidError.foreseen("seed goes with sample=True")
        return None
    if not bundle.has_posterior:
        raise PosteriorMissingError.foreseen(f"model {bundle.name!r} has no posterior to draw from")
    if seed is None:
        return secrets.randbelow(2**32)
    if not 0 <= seed <= MAX_SEED:
        raise ParameterInvalidError.foreseen(f"expected a seed from 0 to {MAX_SEED}; got {seed}")
    return seed


def fitting(invert: bool, fit: Fit) -> Query:
    """The parameters for a picture file that are not as they are anyway."""
    return {"invert": True if invert else None, "fit": None if fit == "pad" else fit}


def _encode_raw(session: Session, bundle: Model, query: Query, rows: Values) -> Exchange[Columns]:
    answer = yield from session.ask(Call("/encode", RAW, query, body_of(rows)))
    return {"latents": read_rows(answer, len(rows), bundle.latent_dim)}


def _encode_as_json(session: Session, bundle: Model, query: Query, rows: Values) -> Exchange[Columns]:
    def read(fields: Fields) -> Columns:
        names = [name for name in ("latents", "logvar") if name in fields]
        return {name: floats(fields[name], len(rows), bundle.latent_dim) for name in names}

    return (yield from session.ask_json(Call("/encode", JSON, query, body_of(rows)), read))


def _decode_raw(session: Session, bundle: Model, rows: Values) -> Exchange[Columns]:
    answer = yield from session.ask(Call("/decode", RAW, bundle.query, body_of(rows)))
    return {"outputs": read_rows(answer, len(rows), bundle.input_dim)}


def _reconstruct_as_json(session: Session, bundle: Model, query: Query, rows: Values) -> Exchange[Columns]:
    def read(fields: Fields) -> Columns:
        count = len(rows)
        return {
            "outputs": floats(fields["outputs"], count, bundle.input_dim),
            "latents": floats(fields["latents"], count, bundle.latent_dim),
            "errors": np.array(fields["errors"], np.float64).reshape(count),
            "percentiles": np.array(fields["percentiles"], np.float64).reshape(count),
        }

    return (yield from session.ask_json(Call("/reconstruct", JSON, query, body_of(rows)), read))


def _reconstruct_raw(session: Session, bundle: Model, rows: Values) -> Exchange[Columns]:
    latents = (yield from _encode_raw(session, bundle, bundle.query, rows))["latents"]
    outputs = (yield from _decode_raw(session, bundle, latents))["outputs"]
    errors = np.square(np.subtract(outputs, scaled(rows, bundle), dtype=np.float64)).mean(axis=1)
    quantiles = np.array(bundle.fields["held_out"]["error_quantiles"])
    percentiles = np.interp(errors, quantiles, np.linspace(0, 100, len(quantiles)))
    return {"outputs": outputs, "latents": latents, "errors": errors, "percentiles": percentiles}
