"""Both exported graphs in onnxruntime: what a bundle states is what they give, not what torch gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latentd.bundle.manifest import DECODER_FILE, ENCODER_FILE
from latentd.inference.session import Session
from latentd_export.datasets import Floats
from latentd_export.onnx_graphs import INPUT, LATENT, OUTPUT

ROWS_AT_ONCE = 1000
THREADS = 1


@dataclass(frozen=True)
class Graphs:
    """The encoder's and the decoder's session."""

    encoder: Session
    decoder: Session

    def encode(self, rows: Floats) -> list[Floats]:
        """(N, D) -> latents (N, L), and for a VAE logvar (N, L)."""
        parts = [self.encoder.run(part) for part in _split(rows)]
        return [np.concatenate(outputs) for outputs in zip(*parts, strict=True)]

    def decode(self, latents: Floats) -> Floats:
        """(…, L) -> outputs (…, D)."""
        rows = np.ascontiguousarray(latents, dtype=np.float32).reshape(-1, latents.shape[-1])
        outputs = np.concatenate([self.decoder.run(part)[0] for part in _split(rows)])
        return outputs.reshape(*latents.shape[:-1], outputs.shape[-1])


def open_graphs(folder: Path, encoder_outputs: tuple[str, ...]) -> Graphs:
    """The graphs in `folder`. Raises GraphError when onnxruntime will not load one."""
    return Graphs(
        Session((folder / ENCODER_FILE).read_bytes(), INPUT, encoder_outputs, THREADS),
        Session((folder / DECODER_FILE).read_bytes(), LATENT, (OUTPUT,), THREADS),
    )


def _split(rows: Floats) -> list[Floats]:
    return np.split(rows, range(ROWS_AT_ONCE, len(rows), ROWS_AT_ONCE))
