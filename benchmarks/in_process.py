"""What the models give, and how long they take, without HTTP: the truth that servers are held against.

It is found in a process of its own: were onnxruntime's libraries mapped here too, a server's share of them, which is
what its memory is counted by, would look smaller than it is.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.pictures import BUNDLE, SIDE

GRID_SIDE = 20
BATCHES, RUNS = 100, 10

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Truth:
    """Answers: `latents` [N, L] of the rows, the `outputs` [D] of the first latent, the `grid`'s pixels [H, W].

    Times: seconds of a run of onnxruntime for `encoding` so many rows, for `decoding` one latent, and a grid's latents.
    """

    latents: Floats
    outputs: Floats
    grid: NDArray[np.uint8]
    encoding: dict[int, float]
    decoding: float
    grid_decoding: float


def find_truth(models: Path, rows: Floats, core: int) -> Truth:
    """Ask the in-process library, and time the graphs on `core`."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_find_truth, models, rows, core).result()


def _find_truth(models: Path, rows: Floats, core: int) -> Truth:
    os.sched_setaffinity(0, {core})
    from latentd.inference import Autoencoder  # noqa: PLC0415 - in the process of its own alone

    model = Autoencoder.load(models / BUNDLE, threads=1)
    latents = model.encode(rows)
    cells = model.space.grid(GRID_SIDE, GRID_SIDE).latents
    pixels = np.rint(model.decode(cells) * 255).astype(np.uint8).reshape(GRID_SIDE, GRID_SIDE, SIDE, SIDE)
    encode = _graph(models / BUNDLE / "encoder.onnx", "input")
    decode = _graph(models / BUNDLE / "decoder.onnx", "latent")
    return Truth(
        latents=latents,
        outputs=model.decode(latents[0]),
        grid=pixels.swapaxes(1, 2).reshape(GRID_SIDE * SIDE, GRID_SIDE * SIDE),
        encoding={count: _seconds(encode, rows[:count]) for count in (1, len(rows))},
        decoding=_seconds(decode, latents[:1]),
        grid_decoding=_seconds(decode, cells.reshape(-1, cells.shape[-1])),
    )


def _graph(path: Path, name: str) -> Callable[[Floats], object]:
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415 - as above

    options = SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(path, options)
    return lambda rows: session.run(None, {name: rows})


def _seconds(run: Callable[[Floats], object], rows: Floats) -> float:
    """What a run takes in the best of several batches: whatever comes between can only add to it."""
    times = []
    for _ in range(BATCHES):
        start = perf_counter()
        for _ in range(RUNS):
            run(rows)
        times.append((perf_counter() - start) / RUNS)
    return min(times)
