"""latentd speaks to nobody but its clients: strace watches what it asks the system for, and what one asks that does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import onnxruntime
import pytest

from bundles import TOY, write_bundle
from servers import PATIENCE, environment, running

REPOSITORY = Path(__file__).parents[2]
IDLE = "import onnxruntime, sys, time; onnxruntime.InferenceSession(sys.argv[1]); time.sleep(3600)"
SPEAKING = ("connect", "sendto", "sendmsg", "sendmmsg")
SPEAKS = re.compile(rf"\b(?:{'|'.join(SPEAKING)})\(.*sa_family=AF_INET|\bopenat\(.*\"/etc/resolv\.conf\"")
"""Somebody is spoken to, or a host is looked up."""

SILENCING = ("ORT_DISABLE_TELEMETRY", "CI")
"""Variables by which onnxruntime keeps quiet, whatever latentd does: any CI sets the second."""

STORES = re.compile(r"\bopenat\(.*onnxruntime\.db")
"""What is to be sent is kept in a file."""


@pytest.fixture(scope="module", autouse=True)
def strace() -> None:
    subprocess.run([REPOSITORY / "scripts" / "install-strace"], check=True)


def watched(trace: Path, *command: str, options: Sequence[str] = ()) -> list[str]:
    """The command, with all that it and its children ask of the network, and for files, written to `trace`.

    Signals get to the command itself.
    """
    return [
        "strace",
        "-D",
        "-f",
        "-qq",
        "-s",
        "64",
        "-e",
        "trace=%network,openat",
        *options,
        "-o",
        str(trace),
        *command,
    ]


def lines(trace: Path, *patterns: re.Pattern[str]) -> list[str]:
    told = trace.read_text(errors="replace").splitlines() if trace.exists() else []
    return [line for line in told if any(pattern.search(line) for pattern in patterns)]


@contextmanager
def idle_onnxruntime(trace: Path, home: Path) -> Iterator[None]:
    """A program that loads a graph with onnxruntime as it comes, and then does nothing. What it sends gets nowhere."""
    graph = write_bundle(home / "models", TOY) / "encoder.onnx"
    variables = {name: value for name, value in os.environ.items() if name not in SILENCING}
    in_vain = ["-e", f"inject={','.join(SPEAKING)}:error=ENETUNREACH"]
    command = watched(trace, sys.executable, "-c", IDLE, str(graph), options=in_vain)
    with subprocess.Popen(command, env={**variables, "HOME": str(home)}) as process:
        try:
            yield
        finally:
            process.kill()


def test_it_sends_nothing_and_looks_nothing_up_while_onnxruntime_by_itself_does(
    models_folder: Path, tmp_path: Path
) -> None:
    """The other program shows that the watch sees what it is to see, and how long one has to wait for it."""
    ours, theirs = tmp_path / "latentd.trace", tmp_path / "onnxruntime.trace"
    serve = (sys.executable, "-m", "latentd", "serve", "--port", "0", "--models", str(models_folder))
    home = tmp_path / "home"
    home.mkdir()
    settings = {"HOME": str(home), "LATENTD_ACCESS_LOG": "1"}
    with (
        without_what_silences(),
        running(watched(ours, *serve), tmp_path / "log", settings) as server,
        idle_onnxruntime(theirs, tmp_path),
    ):
        assert httpx.post(f"{server.url}/encode?model=toy", json={"inputs": [0.5] * 12}).is_success
        assert httpx.get(f"{server.url}/metrics").is_success
        wait_for_an_upload(theirs)
        time.sleep(2)
    assert lines(ours, SPEAKS, STORES) == []
    assert lines(ours, re.compile(r"\baccept4?\("))  # it has been watched
    assert lines(theirs, STORES)


@contextmanager
def without_what_silences() -> Iterator[None]:
    """The service has to see to it by itself."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SILENCING:
            patch.delenv(name, raising=False)
        assert environment({}).keys().isdisjoint(SILENCING)
        yield


def wait_for_an_upload(trace: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not lines(trace, SPEAKS):
        assert time.monotonic() < deadline, (
            f"onnxruntime {onnxruntime.__version__} uploads nothing; 1.32 does after 9 s"
        )
        time.sleep(0.2)
