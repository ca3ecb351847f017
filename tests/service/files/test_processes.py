"""The command line as real processes: interrupted, killed, and fed with more than their memory should hold."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from servers import PATIENCE, environment

ROWS = 400_000  # one at a time, they take far longer than a test waits before it interrupts

# ru_maxrss is that of the largest child that this small process has waited for.
MEASURE = """
import json, resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print(json.dumps([status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


# A shell that starts the tests in the background has them, and all that they start, ignore SIGINT.
LISTENING = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("latentd", run_name="__main__")
"""


def command(models: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "latentd", *arguments, "--models", str(models)]


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("endless") / "in.npy"
    np.save(path, np.zeros((ROWS, 12), np.float32))
    return path


@contextmanager
def writing(models: Path, source: Path, out: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has begun to write."""
    arguments = ["reconstruct", "--model", "toy", "--batch-size", "1", str(source), "-o", str(out)]
    with subprocess.Popen(
        [sys.executable, "-c", LISTENING, *arguments, "--models", str(models)],
        env=environment({}),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            deadline = time.monotonic() + PATIENCE
            while not list(out.parent.glob(".*.partial")):
                assert process.poll() is None, process.communicate()[1]
                assert time.monotonic() < deadline
                time.sleep(0.01)
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", ["out.npy", "out.npz", "out.parquet"])
def test_an_interrupted_process_leaves_the_old_file_and_nothing_else(
    models_folder: Path, endless: Path, tmp_path: Path, sent: signal.Signals, name: str
) -> None:
    (tmp_path / name).write_text("old")
    with writing(models_folder, endless, tmp_path / name) as process:
        time.sleep(0.2)
        process.send_signal(sent)
        _, complaint = process.communicate(timeout=PATIENCE)
    assert (process.returncode, complaint) == (130, "latentd: stopped\n")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "old"


def test_a_killed_process_leaves_no_output(models_folder: Path, endless: Path, tmp_path: Path) -> None:
    with writing(models_folder, endless, tmp_path / "out.npy") as process:
        process.kill()
        process.wait(timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "out.npy").exists()


def peak_of(*arguments: str) -> float:
    """The most memory that a process has held, in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *arguments],
        env=environment({}),
        stdout=subprocess.PIPE,
        text=True,
        timeout=10 * PATIENCE,
        check=True,
    )
    status, kibibytes = json.loads(done.stdout.splitlines()[-1])
    assert status == 0
    return float(kibibytes) / 1024


def write_large(path: Path, rows: int) -> None:
    """Rows of 3072 values; those of columns.npy in Fortran order, those of .npz bytes, packed to almost nothing."""
    match path.suffix:
        case ".npy":
            by_columns = path.stem == "columns"
            array = np.lib.format.open_memmap(path, "w+", np.float32, (rows, 3072), fortran_order=by_columns)
            array[:] = 0.5
            array.flush()
        case ".npz":
            np.savez_compressed(path, np.full((rows, 3072), 100, np.uint8))
        case ".csv":
            path.write_text((",".join(["0.5"] * 3072) + "\n") * rows)
        case ".parquet":
            values = pa.array(np.random.default_rng(0).random(rows * 3072, np.float32))
            table = pa.table({"inputs": pa.FixedSizeListArray.from_arrays(values, 3072)})
            pq.write_table(table, path, row_group_size=rows, use_dictionary=False)


@pytest.mark.parametrize("name", ["in.npy", "columns.npy", "in.npz", "in.csv", "in.parquet"])
def test_memory_does_not_grow_with_the_file(models_folder: Path, tmp_path: Path, name: str) -> None:
    """140 MB of inputs, and as much output, take no more memory than a third of it."""
    source, target = tmp_path / name, tmp_path / f"out{Path(name).suffix}"
    # How many batches are held at a time, up to four, is a matter of chance: small ones make no great difference.
    arguments = ["reconstruct", "--model", "colours", str(source), "-o", str(target), "--batch-size", "64"]
    write_large(source, 4_000)
    third = peak_of(*command(models_folder, *arguments))
    write_large(source, 12_000)
    whole = peak_of(*command(models_folder, *arguments))
    assert target.stat().st_size > 140_000_000
    assert whole - third < 12
