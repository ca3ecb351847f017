"""latents.npz: arrays that fit each other, or a reason why not."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from latentd.bundle import HeldOutLatents


def npz(**named: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=True, **named)
    return file.getvalue()


ROWS = np.arange(6, dtype=np.float32).reshape(3, 2)


def test_latents_and_labels_are_read() -> None:
    held_out = HeldOutLatents.from_npz(npz(latents=ROWS.astype(np.float64), labels=np.array([2, 0, 1], np.uint8)), 2)
    assert held_out.latents.dtype == np.float32
    assert held_out.latents.tolist() == ROWS.tolist()
    assert held_out.labels is not None
    assert held_out.labels.dtype == np.int64
    assert held_out.labels.tolist() == [2, 0, 1]


def test_labels_may_be_missing() -> None:
    assert HeldOutLatents.from_npz(npz(latents=ROWS), 2).labels is None


BAD = {
    "nothing": b"",
    "no archive": b"PK\x03\x04" + bytes(50),
    "an npy": npz(latents=ROWS)[:0] + b"\x93NUMPY\1\0",
    "no latents": npz(labels=np.arange(3)),
    "another width": npz(latents=np.zeros((3, 3))),
    "one row alone": npz(latents=np.zeros(2)),
    "no rows": npz(latents=np.zeros((0, 2))),
    "no numbers": npz(latents=np.array([["a", "b"]])),
    "not finite": npz(latents=np.array([[0, np.nan]])),
    "pickled": npz(latents=np.array([[None, None]], object)),
    "labels of other rows": npz(latents=ROWS, labels=np.arange(4)),
    "labels in two columns": npz(latents=ROWS, labels=np.zeros((3, 2))),
    "half an archive": npz(latents=ROWS)[:150],
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_anything_else_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        HeldOutLatents.from_npz(content, 2)
