"""On what it was measured."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchmarks.servers import REPOSITORY

PACKAGES = (
    "fastapi",
    "httptools",
    "numpy",
    "onnxruntime",
    "orjson",
    "pydantic",
    "pysimdjson",
    "starlette",
    "uvicorn",
    "uvloop",
)


def describe_machine() -> dict[str, str]:
    """Facts by name, in the order in which they are told."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "latentd": _commit(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "packages": ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES),
        "wrk": _wrk(),
        "command": " ".join(["python", "-m", "benchmarks", *sys.argv[1:]]),
    }


def _commit() -> str:
    """The commit that is checked out, and whether it has been changed; "unknown" outside git."""
    described = _first_line("git", "-C", str(REPOSITORY), "describe", "--always", "--dirty", "--abbrev=10")
    return f"commit {described}" if described else "unknown commit"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _wrk() -> str:
    return _first_line("wrk", "--version").partition(" [")[0].removeprefix("wrk ")


def _first_line(*command: str) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return next(iter(ran.stdout.splitlines()), "")
