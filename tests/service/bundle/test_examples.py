"""examples.npz: bytes of held-out rows that there are, or a reason why not."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pytest

from latentd.bundle import Examples
from latentd.bundle.examples import MAX_BYTES


def npz(**named: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=True, **named)
    return file.getvalue()


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(f"{name}.npy", content)
    return file.getvalue()


def npy(header: str, content: bytes = b"") -> bytes:
    """An npy file with any header."""
    text = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + content


INPUTS = np.arange(6, dtype=np.uint8).reshape(3, 2)
INDICES = np.array([0, 4, 9])
NPY_INDICES = npy("{'descr': '<i8', 'fortran_order': False, 'shape': (3,)}", INDICES.astype("<i8").tobytes())


@pytest.mark.parametrize("kind", [np.int64, np.uint16, np.int8, np.uint64])
def test_inputs_and_indices_are_read(kind: type[np.generic]) -> None:
    found = Examples.from_npz(npz(inputs=INPUTS, indices=INDICES.astype(kind)), 2, 10)
    assert found.inputs.dtype == np.uint8
    assert found.indices.dtype == np.int64
    assert found.inputs.tolist() == INPUTS.tolist()
    assert found.indices.tolist() == [0, 4, 9]


def test_another_order_of_the_axes_is_the_same() -> None:
    found = Examples.from_npz(npz(inputs=np.asfortranarray(INPUTS), indices=INDICES), 2, 10)
    assert found.inputs.flags.c_contiguous
    assert found.inputs.tolist() == INPUTS.tolist()


HUGE = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (9223372036854775807, 2)}", bytes(64))
WIDE = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1000000, 2)}", bytes(64))
BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "does not hold"),
    "no archive": (b"PK\x03\x04" + bytes(50), "does not hold"),
    "an npy": (npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", b"1"), "does not hold"),
    "a pickle": (b"\x80\x04K\x01.", "does not hold"),
    "half an archive": (npz(inputs=INPUTS, indices=INDICES)[:200], "does not hold"),
    "no inputs": (npz(indices=INDICES), "inputs"),
    "no indices": (npz(inputs=INPUTS), "indices"),
    "members that are no arrays": (archive(inputs=b"none", indices=b"none"), "."),
    "a header of nonsense": (archive(inputs=npy("{'descr': (("), indices=NPY_INDICES), "."),
    "a header nested deep": (archive(inputs=npy("(" * 110), indices=NPY_INDICES), "."),
    "pickled inputs": (npz(inputs=INPUTS.astype(object), indices=INDICES), "pickle"),
    "pickled indices": (npz(inputs=INPUTS, indices=INDICES.astype(object)), "pickle"),
    "floats": (npz(inputs=INPUTS.astype(np.float32), indices=INDICES), r"float32 \[3, 2\]; expected rows of 2 uint8"),
    "signed bytes": (npz(inputs=INPUTS.astype(np.int8), indices=INDICES), "int8"),
    "rows of another width": (npz(inputs=np.zeros((3, 3), np.uint8), indices=INDICES), r"\[3, 3\]"),
    "pictures": (npz(inputs=np.zeros((3, 1, 2), np.uint8), indices=INDICES), r"\[3, 1, 2\]"),
    "no rows": (npz(inputs=INPUTS[:0], indices=INDICES[:0]), r"\[0, 2\]"),
    "a single row": (npz(inputs=INPUTS[0], indices=INDICES[:1]), r"\[2\]"),
    "fewer indices": (npz(inputs=INPUTS, indices=INDICES[:2]), r"3 inputs, but indices int64 \[2\]"),
    "indices in a column": (npz(inputs=INPUTS, indices=INDICES[:, None]), r"\[3, 1\]"),
    "indices in fractions": (npz(inputs=INPUTS, indices=INDICES + 0.5), "float64"),
    "an index too many": (npz(inputs=INPUTS, indices=np.array([0, 4, 10])), "10 held-out rows"),
    "an index below": (npz(inputs=INPUTS, indices=np.array([-1, 4, 9])), "10 held-out rows"),
    "an index beyond all": (npz(inputs=INPUTS, indices=np.array([0, 4, 2**64 - 1], np.uint64)), "10 held-out rows"),
    "one index twice": (npz(inputs=INPUTS, indices=np.array([0, 4, 4])), "ascend"),
    "indices in disorder": (npz(inputs=INPUTS, indices=np.array([4, 0, 9], np.uint8)), "ascend"),
    "a bomb": (npz(inputs=np.zeros((MAX_BYTES // 2 + 1, 2), np.uint8), indices=INDICES), "at most 67108864"),
    "a huge shape over few bytes": (archive(inputs=HUGE, indices=NPY_INDICES), "."),
    "a shape over too few bytes": (archive(inputs=WIDE, indices=NPY_INDICES), "."),
}


@pytest.mark.parametrize(("content", "reason"), BAD.values(), ids=BAD)
def test_anything_else_is_a_value_error(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Examples.from_npz(content, 2, 10)


def test_a_size_that_is_stated_too_small_does_not_let_more_in() -> None:
    """Whoever writes an archive by hand may lie about the size; no more than that is unpacked."""
    honest = npz(inputs=np.zeros((1000, 2), np.uint8), indices=np.arange(1000))
    stated = zipfile.ZipFile(io.BytesIO(honest)).getinfo("inputs.npy").file_size
    lying = honest.replace(stated.to_bytes(4, "little"), (200).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(ValueError, match=r".+"):
        Examples.from_npz(lying, 2, 1000)
