"""latentd as real processes, spoken to over sockets."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PATIENCE = 60.0  # seconds; no test passes or fails by how fast something is

_ADDRESS = re.compile(r"running on (https?://[\d.:\[\]]+:\d+)")


@dataclass(frozen=True)
class Server:
    """A server process that is ready: where it listens, and what it has logged so far."""

    url: str
    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def port(self) -> int:
        return httpx.URL(self.url).port or 0

    def log(self) -> str:
        return self.log_file.read_text()


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's variables without its LATENTD_* ones, and with `settings` instead."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("LATENTD_")}
    return {**others, **settings}


def run_latentd(*arguments: str, settings: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself."""
    command = [sys.executable, "-m", "latentd", *arguments]
    return subprocess.run(
        command, env=environment(settings or {}), capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@contextmanager
def serving(
    models: Path, log_file: Path, settings: Mapping[str, str] | None = None, options: Sequence[str] = ()
) -> Iterator[Server]:
    """A server on a free port, from the moment it is ready; ended by its own pid, with a log free of tracebacks."""
    command = [sys.executable, "-m", "latentd", "serve", "--port", "0", "--models", str(models), *options]
    with running(command, log_file, settings or {}) as server:
        yield server


@contextmanager
def running(
    command: Sequence[str],
    log_file: Path,
    settings: Mapping[str, str],
    folder: Path | None = None,
    ready: str = "/health/ready",
) -> Iterator[Server]:
    """A server that a command in `folder` starts, as above; it is ready when the path `ready` is found."""
    with log_file.open("wb") as log:
        process = subprocess.Popen(command, env=environment(settings), stdout=log, stderr=log, cwd=folder)
    try:
        yield Server(_wait_until_ready(process, log_file, ready), process, log_file)
    finally:
        process.terminate()
        process.wait(PATIENCE)
    assert "Traceback" not in log_file.read_text(), log_file.read_text()


def _wait_until_ready(process: subprocess.Popen[bytes], log_file: Path, ready: str) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        address = _ADDRESS.search(log_file.read_text())
        if address and _answers(address[1] + ready):
            return address[1]
        time.sleep(0.02)
    raise AssertionError(f"the server did not become ready:\n{log_file.read_text()}")


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, verify=False).is_success  # a test's certificate has signed itself
    except httpx.TransportError:
        return False
