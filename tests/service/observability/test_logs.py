"""What the service writes as a process of its own: whole lines, for machines or for people."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import httpx
import pytest

from bundles import SENSORS, TOY, write_bundle
from servers import PATIENCE, environment, run_latentd, serving

ALWAYS = {"time", "level", "logger", "message", "pid"}
TOY_ROW = {"inputs": [0.5] * 12}


def lines_of(log: str) -> list[dict[str, Any]]:
    """Every line is an object that has what all have."""
    lines = [json.loads(line) for line in log.splitlines()]
    assert all(set(line) >= ALWAYS for line in lines)
    return lines


def test_every_line_is_an_object_from_start_to_end(tmp_path: Path) -> None:
    write_bundle(tmp_path / "models", TOY)
    (write_bundle(tmp_path / "models", SENSORS) / "golden.json").write_text("{}")
    with serving(tmp_path / "models", tmp_path / "log", {"LATENTD_ACCESS_LOG": "1"}) as server:
        httpx.post(f"{server.url}/encode", json=TOY_ROW, headers={"X-Request-ID": "seven"})
        httpx.get(f"{server.url}/%0a%7B%7D%1b[2J")
    told = {(line["logger"], line["message"]): line for line in lines_of(server.log())}
    (refused,) = [line for line in told.values() if line["message"].startswith("refused: ")]
    assert (refused["level"], refused["model"], refused["version"]) == ("error", "sensors", 1)
    (served,) = [line for line in told.values() if line["message"].startswith("serving ")]
    assert (served["models"], served["default"]) == (["toy/1"], "toy")
    assert told["latentd.access", "POST /encode 200"]["request_id"] == "seven"
    assert told["latentd.access", "GET - 404"]["status"] == 404
    assert {line["pid"] for line in told.values()} == {server.process.pid}
    assert ("uvicorn.error", f"Finished server process [{server.process.pid}]") in told


class Piped:
    """The service with its log in a pipe, read line by line."""

    def __init__(self, models: Path, *options: str) -> None:
        command = [sys.executable, "-m", "latentd", "serve", "--port", "0", "--models", str(models), *options]
        settings = {"LATENTD_ACCESS_LOG": "1", "LATENTD_DEFAULT_MODEL": "toy"}
        self._process = subprocess.Popen(command, env=environment(settings), stderr=subprocess.PIPE, bufsize=0)
        assert self._process.stderr is not None
        self.pipe = self._process.stderr
        self.read = b""
        self._reading = threading.Thread(target=self._read)

    def __enter__(self) -> Piped:
        address = None
        while not address or b"startup complete" not in self.read:
            self.read += self.pipe.readline()
            address = re.search(rb"running on (http://[\d.:]+)", self.read)
        self.client = httpx.Client(base_url=address[1].decode(), timeout=PATIENCE)
        return self

    def read_on(self) -> None:
        """Read all that comes from now on."""
        self._reading.start()

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self._process.terminate()
        if self._reading.is_alive():
            self._reading.join(PATIENCE)
        self.pipe.close()
        self._process.wait(PATIENCE)

    def _read(self) -> None:
        self.read += self.pipe.read()


def test_lines_of_several_workers_do_not_mix(models_folder: Path) -> None:
    """All write to one pipe, which is full before anybody reads it: 64 KiB are some 150 lines."""
    numbers = [f"{number:0128}" for number in range(600)]
    with Piped(models_folder, "--workers", "2") as service, ThreadPoolExecutor(16) as threads:
        asking = [threads.submit(_encode, service.client, number) for number in numbers]
        wait(asking, timeout=2)
        was_full = not all(each.done() for each in asking)
        service.read_on()
    assert was_full
    assert all(each.result() is None for each in asking)
    lines = lines_of(service.read.decode())
    told = [line for line in lines if line["logger"] == "latentd.access"]
    assert sorted(line["request_id"] for line in told) == numbers
    assert len({line["pid"] for line in lines if line["message"].startswith("Started server process")}) == 2


def _encode(client: httpx.Client, number: str) -> None:
    assert client.post("/encode", json=TOY_ROW, headers={"X-Request-ID": number}).is_success


def test_a_log_that_cannot_be_written_breaks_nothing(models_folder: Path) -> None:
    with Piped(models_folder) as service:
        service.pipe.close()
        for number in "12":
            _encode(service.client, number)


def test_on_a_terminal_it_is_text(models_folder: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "latentd", "serve", "--port", "0", "--models", str(models_folder)]
    with subprocess.Popen(command, env=environment({}), stderr=theirs) as process:
        os.close(theirs)
        said = b""
        while b"running on" not in said:
            said += os.read(ours, 4096)
        process.terminate()
        rest = threading.Thread(target=_drain, args=(ours,))
        rest.start()
        assert process.wait(PATIENCE) is not None
        rest.join(PATIENCE)
    assert b" INFO     latentd.service [%d]: serving colours/1, " % process.pid in said
    assert b"{" not in said


def _drain(terminal: int) -> None:
    try:
        while os.read(terminal, 4096):
            pass
    except OSError:  # how Linux says that nobody has the other end any more
        os.close(terminal)


@pytest.mark.parametrize(("form", "is_json"), [("json", True), ("auto", True), ("text", False)])
def test_what_ends_the_start_is_a_line_like_any_other(tmp_path: Path, form: str, is_json: bool) -> None:
    done = run_latentd("serve", "--models", str(tmp_path), settings={"LATENTD_LOG_FORMAT": form})
    reason = f"no bundle in {tmp_path} can be served: it holds none"
    assert done.returncode == 1
    if is_json:
        (line,) = lines_of(done.stderr)
        assert (line["level"], line["message"]) == ("critical", reason)
    else:
        assert done.stderr == f"latentd: {reason}\n"
