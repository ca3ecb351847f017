"""How many requests are lost when latentd is told to end under load, again and again, and how long that takes.

    PYTHONPATH=tests python -m benchmarks.endings 20 --workers 2 --drain 0

The clients are those of the tests: 24, of which four take a connection for each request, and others are mostly idle.
"""

from __future__ import annotations

import argparse
import signal
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bundles import TOY, write_bundle
from keep_alive import REGULARS, Log, one_of, regulars
from servers import PATIENCE, serving
from sockets import wait_until


def end_one(folder: Path, settings: dict[str, str]) -> tuple[Log, float]:
    """Start, ask, end; what became of the requests, and the seconds from the signal to the end."""
    with (
        serving(folder / "models", folder / "log", settings) as server,
        regulars(server.port, one_of({"1": TOY})) as (log, wait),
    ):
        wait_until(lambda: log.total() > 10 * REGULARS)
        server.process.send_signal(signal.SIGTERM)
        told = time.monotonic()
        status = server.process.wait(PATIENCE)
        seconds = time.monotonic() - told
        wait()
    assert status == 0, f"it ended with status {status}"
    return log, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description="Count the requests that are lost at the end.")
    parser.add_argument("times", type=int)
    parser.add_argument("--workers", default="1")
    parser.add_argument("--drain", default="0", metavar="SECONDS")
    options = parser.parse_args()
    settings = {"LATENTD_WORKERS": options.workers, "LATENTD_DRAIN_SECONDS": options.drain}
    with TemporaryDirectory() as folder:
        write_bundle(Path(folder) / "models", TOY)
        ends = [end_one(Path(folder), settings) for _ in range(options.times)]
    answered, lost = sum(log.total() for log, _ in ends), sum(len(log.lost) for log, _ in ends)
    slowest = max(seconds for _, seconds in ends)
    print(f"{options.times} ends: {answered} requests answered, {lost} lost; {slowest:.2f} s at most")


if __name__ == "__main__":
    main()
