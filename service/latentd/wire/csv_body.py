"""Arrays -> CSV, with a header line."""

from __future__ import annotations

import numpy as np
import orjson
from numpy.typing import NDArray

MEDIA_TYPE = "text/csv"


def write(latents: NDArray[np.float32], labels: NDArray[np.int64] | None) -> bytes:
    """Lines `label,latent_0,…` for latents [M, L]; the label is empty where there are none."""
    names = ["label", *(f"latent_{dim}" for dim in range(latents.shape[1]))]
    firsts = [b""] * len(latents) if labels is None else [b"%d" % label for label in labels.tolist()]
    # orjson writes each number as the shortest decimal that gives the same float32 back
    rows = (orjson.dumps(row, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1] for row in latents)
    lines = [",".join(names).encode(), *(b"%b,%b" % line for line in zip(firsts, rows, strict=True)), b""]
    return b"\r\n".join(lines)
