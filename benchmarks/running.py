"""A server as a process: started on cores of its own, waited for, and ended with all that it has started."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import process_tree
from benchmarks.cores import pinned
from benchmarks.exchange import Exchange, WrongAnswerError
from benchmarks.servers import Server

PATIENCE = 60.0  # seconds until it answers
GRACE = 5.0  # seconds between being asked to end and being ended
POLL = 0.002


class ServerLostError(RuntimeError):
    """A server has ended, or has not answered in time."""


@dataclass(frozen=True)
class Running:
    """A server that has answered rightly, `ready_after` so many seconds."""

    name: str
    port: int
    pid: int
    ready_after: float


@contextmanager
def running(server: Server, cores: tuple[int, ...], first: Exchange, log_file: Path) -> Iterator[Running]:
    """Start it on a free port, wait until it answers `first`, and end it by its own pids.

    Raises ServerLostError with the end of its log where it never answers.
    """
    port, port2 = _free_port(), _free_port()
    words = [_fill(word, port, port2) for word in server.command]
    started = time.perf_counter()
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            pinned(words, *cores),
            cwd=server.folder,
            env=_environment(server, port, port2),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait(process, port, first, log_file)
        yield Running(server.name, port, process.pid, time.perf_counter() - started)
    finally:
        _end(process)


def _environment(server: Server, port: int, port2: int) -> dict[str, str]:
    """This process's variables, but for those that would make it another server than users have.

    What they have installed is compiled; sources that may not be are compiled again at each start.
    """
    strange = ("LATENTD_", "PYTHONDONTWRITEBYTECODE")
    others = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    own = {name: _fill(value, port, port2) for name, value in server.environment.items()}
    return {**others, **own, "OMP_NUM_THREADS": "1"}


def _fill(word: str, port: int, port2: int) -> str:
    return word.replace("{port}", str(port)).replace("{port2}", str(port2))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int, first: Exchange, log_file: Path) -> None:
    deadline, reason = time.monotonic() + PATIENCE, "it did not listen"
    while time.monotonic() < deadline and process.poll() is None:
        try:
            first.verify(port)
        except (OSError, http.client.HTTPException, WrongAnswerError) as error:
            reason = str(error)
            time.sleep(POLL)
        else:
            return
    tail = log_file.read_text("utf-8", "replace")[-2000:]
    raise ServerLostError(f"{reason}\n{process.args!r}\n{tail}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end; then end what is left of the tree that it had."""
    tree = {pid: process_tree.started(pid) for pid in process_tree.members(process.pid)}
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    deadline = time.monotonic() + GRACE
    while (left := [pid for pid, started in tree.items() if _lives(pid, started)]) and time.monotonic() < deadline:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(POLL)


def _lives(pid: int, started: int | None) -> bool:
    """Is this still the process that it was, and not another one that has got its number?"""
    return started is not None and process_tree.started(pid) == started
