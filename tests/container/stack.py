"""docker-compose.yml, running: its replicas, its balancer and its Prometheus."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from container.images import REPOSITORY

SITE = "http://127.0.0.1:8000"
PROMETHEUS = "http://127.0.0.1:9090"
PATIENCE = 60.0  # seconds; nothing passes or fails by how fast it is
COMPOSE = (
    str(Path(sys.executable).parent / "podman-compose"),
    "--podman-path",
    str(Path(__file__).parent / "podman"),
)
FILE = ("--file", str(REPOSITORY / "docker-compose.yml"))


def podman(*arguments: str, check: bool = True) -> str:
    """What podman says. Where it fails, the error carries what it complained of."""
    return execute("podman", *arguments, check=check)


def compose(*arguments: str) -> str:
    """What podman-compose says of docker-compose.yml."""
    return execute(*COMPOSE, *FILE, *arguments)


def execute(
    *command: str,
    check: bool = True,
    env: dict[str, str] | None = None,
    folder: Path = REPOSITORY,
    given: str | None = None,
) -> str:
    """What a command says in a folder, with these variables; `given` is what it reads."""
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=150, cwd=folder, env=env, input=given
    )
    if check:
        assert ran.returncode == 0, f"{' '.join(command)}\n{ran.stdout}{ran.stderr}"
    return ran.stdout.strip()


def inspect(container: str) -> dict[str, Any]:
    """What podman knows of a container."""
    known: list[dict[str, Any]] = json.loads(podman("inspect", container))
    return known[0]


def replicas() -> list[str]:
    """The names of latentd's containers."""
    names = podman("ps", "--all", "--format", "{{.Names}}").split()
    return sorted(name for name in names if name.startswith("latentd_latentd_"))


def container(service: str) -> str:
    """The name of a service's only container."""
    return f"latentd_{service}_1"


def ask(query: str, prometheus: str = PROMETHEUS) -> list[dict[str, Any]]:
    """What Prometheus answers to a query, now. It refuses one that it cannot read."""
    answer = httpx.get(f"{prometheus}/api/v1/query", params={"query": query}, timeout=PATIENCE)
    assert answer.status_code == 200, f"{query}: {answer.text}"
    found: list[dict[str, Any]] = answer.json()["data"]["result"]
    return found


def number(query: str, prometheus: str = PROMETHEUS) -> float | None:
    """The one number that a query comes to; None where there is nothing."""
    found = ask(query, prometheus)
    return float(found[0]["value"][1]) if found else None


def in_use() -> int:
    """How many replicas the balancer has found ready, as it says itself."""
    statistics = podman("exec", container("balancer"), "bash", "-c",
        "exec 3<>/dev/tcp/127.0.0.1/8404; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3")  # fmt: skip
    lines = (
        line for line in statistics.splitlines() if "haproxy_backend_active_servers" in line and "replicas" in line
    )
    return int(float(next(lines).split()[-1]))


def counted(metric: str, label: str) -> int:
    """What the replicas have counted together of a metric, where it has this label: each of them is asked itself."""
    asking = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8000/metrics', timeout=30).read().decode())"
    lines = [line for replica in replicas() for line in podman("exec", replica, "python", "-c", asking).splitlines()]
    return sum(int(float(line.split()[-1])) for line in lines if line.startswith(metric + "{") and label in line)


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for something that is bound to come."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.25)
