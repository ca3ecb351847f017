"""Workers that end are replaced, at the cost of what they held; and none outlives its parent."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sys
import time
from pathlib import Path

import httpx
import pytest

from bundles import TOY, newer, write_bundle
from keep_alive import REGULARS, one_of, regulars
from servers import PATIENCE, Server, running, serving
from sockets import wait_until

REPLACED_SECONDS = 2.0
ANSWERS = re.compile(r'^latentd_requests_total{model="toy",route="/encode",status="200"} (.*)$', re.MULTILINE)


def serving_workers(server: Server) -> list[int]:
    """The numbers of all workers that ever served."""
    return [int(pid) for pid in re.findall(r"worker (\d+) serves", server.log())]


def counted(server: Server) -> float:
    """The answers that /metrics tells of."""
    found = ANSWERS.search(httpx.get(f"{server.url}/metrics").text)
    assert found, "there have been answers"
    return float(found[1])


def is_alive(pid: int) -> bool:
    """Does the process run? One that has ended and that nobody has asked about does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def is_refused(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) != 0


def kill_one(server: Server, number: signal.Signals) -> tuple[float, int]:
    """Kill a worker; how many seconds later does another serve, and how many connections had it at most?"""
    served = serving_workers(server)
    victim = next(pid for pid in served if is_alive(pid))
    os.kill(victim, signal.SIGSTOP)
    held = sum(str(file.readlink()).startswith("socket:") for file in Path(f"/proc/{victim}/fd").iterdir())
    os.kill(victim, number)
    os.kill(victim, signal.SIGCONT)
    killed = time.monotonic()
    wait_until(lambda: len(serving_workers(server)) > len(served))
    seconds = time.monotonic() - killed
    assert f"worker {victim} was ended by {number.name}; another takes its place" in server.log()
    return seconds, held


@pytest.mark.alone
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_that_is_killed_is_replaced(models_folder: Path, tmp_path: Path, number: signal.Signals) -> None:
    with (
        serving(models_folder, tmp_path / "log", {"LATENTD_WORKERS": "2"}) as server,
        regulars(server.port, one_of({"2": newer(TOY)}), look=True) as (log, _),
    ):
        wait_until(lambda: len(serving_workers(server)) == 2 and log.total() > 10 * REGULARS)
        told = counted(server)
        kills = [kill_one(server, number)]
        assert told <= counted(server)
        while kills[-1][0] > REPLACED_SECONDS:  # it may be a busy machine's fault
            assert len(kills) < 3, "none was replaced in time"
            kills.append(kill_one(server, number))
        meanwhile = log.total()
        wait_until(lambda: log.total() > meanwhile + 10 * REGULARS)
        told, answered = counted(server), log.total()
        assert told <= answered + sum(held for _, held in kills)  # nothing is counted twice
    assert len(log.lost) <= sum(held for _, held in kills)
    assert log.wrong == []


def test_a_worker_that_hangs_is_replaced(models_folder: Path, tmp_path: Path) -> None:
    impatient = "from latentd.process import worker; worker.SILENT_SECONDS = 3"
    served = f"from latentd.cli import main; main(['serve', '--port=0', '--models={models_folder}'])"
    command = [sys.executable, "-c", f"{impatient}; {served}"]
    with running(command, tmp_path / "log", {"LATENTD_WORKERS": "2"}) as server:
        wait_until(lambda: len(serving_workers(server)) == 2)
        victim = serving_workers(server)[1]
        os.kill(victim, signal.SIGSTOP)
        wait_until(lambda: len(serving_workers(server)) == 3)
        assert f"worker {victim} hangs" in server.log()
        assert f"worker {victim} was ended by SIGKILL" in server.log()
    assert server.log().count("hangs") == 1


def test_when_no_worker_can_be_started_it_gives_up(tmp_path: Path) -> None:
    models = tmp_path / "models"
    write_bundle(models)
    with serving(models, tmp_path / "log", {"LATENTD_WORKERS": "2"}) as server:
        wait_until(lambda: len(serving_workers(server)) == 2)
        shutil.rmtree(models)
        one, other = serving_workers(server)
        os.kill(one, signal.SIGKILL)
        wait_until(lambda: server.log().count("before it served") >= 2)
        assert httpx.get(f"{server.url}/health/ready").is_success  # by the one that is left
        os.kill(other, signal.SIGKILL)
        assert server.process.wait(PATIENCE) == 1
        assert "giving up" in server.log()
        assert is_refused(server.port)


def test_a_killed_parent_leaves_nothing_behind(models_folder: Path, tmp_path: Path) -> None:
    settings = {"LATENTD_WORKERS": "2", "LATENTD_METRICS_FOLDER": str(tmp_path)}

    def left() -> list[Path]:
        return list(tmp_path.glob("latentd-metrics-*"))

    with serving(models_folder, tmp_path / "log", settings) as server:
        wait_until(lambda: len(serving_workers(server)) == 2)
        before = left()
        server.process.kill()
        wait_until(lambda: not any(map(is_alive, serving_workers(server))))
        assert is_refused(server.port)
    assert left() == before
    with serving(models_folder, tmp_path / "log", settings) as server:
        assert len(left()) == 1
        assert left() != before
    assert left() == []
