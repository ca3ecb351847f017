"""How fast LatentClient.encode is beside Autoencoder.encode: the same rows, the same cores, one after the other.

    python benchmarks/client.py [--models models] [--rows 100000] [--rounds 7] [MODEL …]

A server is started on a free port, with client and server on the cores that this process may use. Each round encodes
the rows once in this process, once through the client, and once through the client to a server that runs no model
(benchmarks/sink.py): what the way alone takes. What is told are medians, the spread, and the processor seconds of one
pass (of both processes together), which depend less on what else the machine does. The last lines have, for each model,
what share of the rate in process the client reaches: the median of the rounds' own ratios, the lowest and the highest.
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


@dataclass(frozen=True)
class Server:
    """Where a server listens, and its process id."""

    url: str
    pid: int


@contextmanager
def serving(*command: str) -> Iterator[Server]:
    """A server that is ready, from the arguments of Python."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, *command], stdout=log, stderr=log)
        try:
            yield Server(_address(log, process), process.pid)
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


def ratios(here: Measured, there: Measured) -> str:
    """What share of the rate of `here` is reached `there`, round by round: both then meet the same other work."""
    shares = [here_took / took for here_took, took in zip(here.clock, there.clock, strict=True)]
    return f"{median(shares):.0%} ({min(shares):.0%}–{max(shares):.0%})"


def compare(name: str, options: argparse.Namespace, server: Server, sink: Server) -> str:
    """Print the rates of a model; give the line that sums them up."""
    model = Autoencoder.load(options.models / name)
    rows = np.random.default_rng(0).random((options.rows, model.inputs.dim), dtype=np.float32)
    here, there, way = Measured(), Measured(), Measured()
    with LatentClient(server.url, model=name) as client, LatentClient(sink.url, model=name) as to_sink:
        np.testing.assert_allclose(client.encode(rows[:2000]).latents, model.encode(rows[:2000]), atol=1e-4)
        to_sink.encode(rows[:2000])
        for _ in range(options.rounds):
            measure(lambda: model.encode(rows), here, os.getpid())
            measure(lambda: client.encode(rows), there, os.getpid(), server.pid)
            measure(lambda: to_sink.encode(rows), way, os.getpid(), sink.pid)
    print(f"{name}, {options.rows:,} × {model.inputs.dim} float32, {len(os.sched_getaffinity(0))} cores")
    print(f"  in process    {here.tell(options.rows)}")
    print(f"  client        {there.tell(options.rows)}")
    print(f"  the way alone {way.tell(options.rows)}", flush=True)
    return f"{name}: the client reaches {ratios(here, there)} of the rate in process; the way alone {ratios(here, way)}"


def main() -> None:
    """Compare each model that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=["ae-mnist", "dae-mnist", "vae-mnist"], metavar="MODEL")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    serve = ["-m", "latentd", "serve", "--port", "0", "--models", str(options.models)]
    swallow = [str(Path(__file__).with_name("sink.py")), str(options.models)]
    with serving(*serve) as server, serving(*swallow) as sink:
        told = [compare(name, options, server, sink) for name in options.names]
    print("\n" + "\n".join(told))


if __name__ == "__main__":
    main()
