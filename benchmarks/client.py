"""How fast LatentClient.encode is beside Autoencoder.encode: the same rows, the same cores, one after the other.

    python benchmarks/client.py [--models models] [--rows 100000] [--rounds 7] [MODEL …]

A server is started on a free port, with client and server on the cores that this process may use. Each round encodes
the rows once in this process and once through the client; what is told are medians, the spread, and the processor
seconds of one pass (of both processes together), which depend less on what else the machine does.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

from latentd.client import LatentClient
from latentd.inference import Autoencoder

PATIENCE = 60.0


@dataclass
class Measured:
    """Seconds on the clock and on the processors, one each for every pass."""

    clock: list[float] = field(default_factory=list)
    processors: list[float] = field(default_factory=list)

    def tell(self, rows: int) -> str:
        middle, low, high = median(self.clock), min(self.clock), max(self.clock)
        spent = f"{median(self.processors):.2f} s of processor"
        return f"{middle:.3f} s ({low:.3f}–{high:.3f}), {rows / middle:,.0f} rows/s, {spent}"


@contextmanager
def serving(models: Path) -> Iterator[tuple[str, int]]:
    """The address and the process id of a server that is ready."""
    command = [sys.executable, "-m", "latentd", "serve", "--port", "0", "--models", str(models)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield _address(log, process), process.pid
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _address(log: object, process: subprocess.Popen[bytes]) -> str:
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE and process.poll() is None:
        said = os.pread(log.fileno(), 1 << 16, 0).decode()  # type: ignore[attr-defined]  # of a file
        if found := re.search(r"running on (http://[\d.:]+)", said):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def processor_seconds(*pids: int) -> float:
    """User and system time of the processes so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(work: Callable[[], object], measured: Measured, *pids: int) -> None:
    """One pass."""
    spent, began = processor_seconds(*pids), time.perf_counter()
    work()
    measured.clock.append(time.perf_counter() - began)
    measured.processors.append(processor_seconds(*pids) - spent)


def compare(name: str, options: argparse.Namespace, url: str, server: int) -> None:
    """Print both rates of a model, and what share of the first the second is."""
    model = Autoencoder.load(options.models / name)
    rows = np.random.default_rng(0).random((options.rows, model.inputs.dim), dtype=np.float32)
    here, there = Measured(), Measured()
    with LatentClient(url, model=name) as client:
        np.testing.assert_allclose(client.encode(rows[:2000]).latents, model.encode(rows[:2000]), atol=1e-4)
        for _ in range(options.rounds):
            measure(lambda: model.encode(rows), here, os.getpid())
            measure(lambda: client.encode(rows), there, os.getpid(), server)
    print(f"{name}, {options.rows:,} × {model.inputs.dim} float32, {len(os.sched_getaffinity(0))} cores")
    print(f"  in process  {here.tell(options.rows)}")
    print(f"  client      {there.tell(options.rows)}")
    print(f"  the client reaches {median(here.clock) / median(there.clock):.0%} of the rate in process", flush=True)


def main() -> None:
    """Compare each model that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=["ae-mnist", "dae-mnist", "vae-mnist"], metavar="MODEL")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with serving(options.models) as (url, server):
        for name in options.names:
            compare(name, options, url, server)


if __name__ == "__main__":
    main()
