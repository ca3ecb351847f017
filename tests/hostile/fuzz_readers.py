"""An atheris target: the readers of binary and JSON bodies of both faces, and of what a bundle holds.

`python tests/hostile/fuzz_readers.py -max_total_time=600` looks for bytes on which a reader raises anything but an
error of the domain; what it finds lies in a file crash-* then. `make fuzz` runs it for ten minutes.
"""

from __future__ import annotations

import resource
import struct
import sys
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["latentd"]):
    from latentd.bundle.arrays_file import read_arrays
    from latentd.bundle.graph import check_graph
    from latentd.errors import BodyError
    from latentd.v2.infer_head import read_head
    from latentd.v2.tensor_reader import BinaryData, read_tensor
    from latentd.wire import json_body, npy_body, raw_body
    from latentd.wire.compression import Packed
    from latentd.wire.json_limits import JsonLimits

LIMITS = JsonLimits(depth=8, values=64, rows=100)
LIMIT = 1 << 16
ADDRESS_SPACE = 4 << 30
"""Whoever asks for more bytes than that gets a MemoryError, which is a finding. libFuzzer's own limit will not do: it
looks at the largest size that the process ever had, which begins with that of the one by which it was started."""


def read_json(data: bytes) -> None:
    json_body.read_array_and_options(data, "inputs", ("steps",), LIMITS, (4, 3))


def read_tensors(data: bytes) -> None:
    size = data[0] if data else 0
    head = read_head(data[1 : 1 + size], LIMITS, has_binary=True)
    for each in head.inputs:
        if isinstance(each.fields.get("name"), str):
            read_tensor(each.fields, each.data, BinaryData(data, 1 + size), head.brackets_in_data, LIMITS)


def read_bundle_parts(data: bytes) -> None:
    with suppress(ValueError):
        check_graph(data)
    with suppress(ValueError):
        read_arrays(data, ("latents", "labels"), LIMIT)


READERS = (
    read_json,
    read_tensors,
    read_bundle_parts,
    npy_body.read_array,
    lambda data: raw_body.read_array(data, "inputs", 4),
    lambda data: Packed(data, "gzip", LIMIT, "LIMIT").content(),
)


def read_one(data: bytes) -> None:
    """The first byte chooses the reader."""
    if data:
        with suppress(BodyError):
            READERS[data[0] % len(READERS)](data[1:])


SEEDS = (
    b'\x00{"inputs": [[1, 2, 3, 4], [0.5, 1e9, -1, 0]], "steps": 3}',
    b'\x01\x5c{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}'
    + struct.pack("<2f", 1, 2),
    b'\x01\x40{"inputs":[{"name":"x","shape":[2],"datatype":"INT64","data":[1,2]}]}',
    b"\x03\x93NUMPY\x01\x00\x46\x00{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }       \n" + bytes(8),
    b"\x02\x08\x08\x3a\x0a\x0a\x08\x22\x04Tanh\x3a\x00",
)


def main() -> None:
    """Try the seeds, then what libFuzzer makes up, for as long as the options say."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    for seed in SEEDS:
        read_one(seed)
    atheris.Setup(sys.argv, read_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
