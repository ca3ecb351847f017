"""npy files, honest and lying."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np

MAGIC = b"\x93NUMPY"


def npy(array: Any, *, version: tuple[int, int] = (1, 0)) -> bytes:
    """The array as numpy writes it, Python objects among them."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), version)
    return file.getvalue()


def with_header(header: str, data: bytes, version: tuple[int, int] = (1, 0)) -> bytes:
    """Data behind whatever header."""
    text = header.encode("latin-1")
    return MAGIC + bytes(version) + struct.pack("<H" if version == (1, 0) else "<I", len(text)) + text + data


def describing(descr: str = "'<f4'", order: str = "False", shape: str = "(2, 3)", data: bytes = bytes(24)) -> bytes:
    """Data behind a header with these entries."""
    return with_header(f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n", data)


LIARS = {
    "more data than said": describing(data=bytes(25)),
    "less data than said": describing(data=bytes(23)),
    "no data": describing(data=b""),
    "a terabyte": describing(shape="(500000, 500000)"),
    "more than there is of anything": describing(shape=f"({'9' * 4200}, {'9' * 4200})"),
    "a negative side": describing(shape="(-2, -3)"),
    "a negative side that fits": describing(shape="(-1, -6)"),
    "sides that are no numbers": describing(shape="('2', '3')"),
    "sides that are flags": describing(shape="(True, 6)"),
    "sides with a fraction": describing(shape="(2.0, 3)"),
    "a shape that is no tuple": describing(shape="6"),
    "more axes than numpy has": describing(shape="(" + "1, " * 70 + "6)"),
    "an order that is no flag": describing(order="'C'"),
    "no known dtype": describing(descr="'<f5'"),
    "a dtype that is no text": describing(descr="4"),
    "another entry": with_header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': 1}", bytes(24)),
    "an entry less": with_header("{'descr': '<f4', 'shape': (2, 3)}", bytes(24)),
    "no dictionary": with_header("[1, 2, 3]", bytes(24)),
    "code": with_header("__import__('os').getpid()", bytes(24)),
    "nothing": with_header("", bytes(24)),
    "brackets without end": with_header("(" * 5000, bytes(24)),
    "signs without end": with_header("-" * 9000 + "1", bytes(24)),
    "a header past numpy's limit": with_header(" " * 20_000 + "{}", bytes(24)),
    "a header longer than the file": MAGIC + b"\1\0\xff\xff{}",
    "another version": with_header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", bytes(24), (9, 9)),
    "half a magic": MAGIC[:4],
    "no version": MAGIC,
    "an empty file": b"",
    "a pickle": b"\x80\x03K\x01.",
    "an npz": b"PK\x03\x04" + bytes(40),
}
"""Bodies that are no npy file, or say of themselves what is not true."""
