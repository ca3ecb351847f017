"""A place to measure at: short loads, real servers, no figure of which is looked at."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.cores import Cores
from benchmarks.in_process import find_truth
from benchmarks.pictures import digits
from benchmarks.running import Running
from benchmarks.servers import FORTY_LINES, OWN_FACES, REPOSITORY, own_servers
from benchmarks.site import Plan, Site

MODELS = REPOSITORY / "models"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """What is needed to measure; wrk is installed where it is not there, as `make bench` does it."""
    subprocess.run([REPOSITORY / "scripts" / "install-wrk"], check=True)
    first, *_, last = sorted(os.sched_getaffinity(0)) * 2  # one core is enough where nothing is concluded
    rows = digits(MODELS)
    truth = find_truth(MODELS, rows, first)
    logs = tmp_path_factory.mktemp("logs")
    return Site(Plan(rounds=1, seconds=1, starts=1), Cores(first, last, (first, last)), MODELS, rows, truth, logs)


@pytest.fixture(scope="session")
def forty_lines(site: Site) -> Iterator[Running]:
    server = next(server for server in own_servers(MODELS) if server.name == FORTY_LINES)
    face = next(face for face in OWN_FACES if face.name == FORTY_LINES)
    with site.serving(server, face) as up:
        yield up


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    return tmp_path / "log"
