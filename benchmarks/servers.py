"""The servers of `make bench`: how each is started, and what is asked of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cases import CASES, JSON_1, JSON_64, Case
from benchmarks.dialects import Dialect, native, open_inference

REPOSITORY = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
UNREFUSED = {"LATENTD_QUEUE_SECONDS": "1"}
"""No server may refuse what it is measured by; 16 clients that draw grids on one core are more than latentd takes."""
LATENTD, FORTY_LINES, CEILING = "latentd", "forty lines of FastAPI", "bare ASGI, no checks"


@dataclass(frozen=True)
class Server:
    """A command that serves on a port, with `{port}` (and, where it needs a second one, `{port2}`) in its words."""

    name: str
    command: Sequence[str]
    folder: Path = REPOSITORY
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Face:
    """One way to ask a server, and the cases that it takes."""

    name: str
    server: str
    dialect: Dialect
    cases: Sequence[Case] = CASES


def latentd(models: Path, *options: str, settings: Mapping[str, str] | None = None) -> Server:
    """As a user starts it: with all checks, limits, request ids and whatever else is on by default."""
    command = [sys.executable, "-m", "latentd", "serve", "--port", "{port}", "--models", str(models), *options]
    return Server(LATENTD, command, environment=settings or {})


def _uvicorn(name: str, app: str, models: Path) -> Server:
    options = ["--loop", "uvloop", "--http", "httptools", "--workers", "1", "--no-access-log"]
    command = [sys.executable, "-m", "uvicorn", app, "--app-dir", str(PEERS), "--port", "{port}", *options]
    return Server(name, command, environment={"MODELS": str(models)})


def own_servers(models: Path) -> list[Server]:
    """latentd, and the two that it is measured by without any further installation."""
    return [
        latentd(models, settings=UNREFUSED),
        _uvicorn(FORTY_LINES, "forty_lines:app", models),
        _uvicorn(CEILING, "bare_asgi:app", models),
    ]


ENCODE = Face("latentd /encode", LATENTD, native)
INFER = Face("latentd /v2 infer", LATENTD, open_inference)
OWN_FACES = (
    ENCODE,
    INFER,
    Face(FORTY_LINES, FORTY_LINES, native, (JSON_1, JSON_64)),
    Face(CEILING, CEILING, native),
)
