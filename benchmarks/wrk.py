"""Load from wrk: as many requests as fit, each connection asking again as soon as it has its answer."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from benchmarks.exchange import Request, WrongAnswerError
from benchmarks.observation import observing
from benchmarks.results import Load
from benchmarks.running import Running

SCRIPT = Path(__file__).parent / "load.lua"
GRACE = 20.0  # seconds that wrk may take longer than it was told to


class LoadFailedError(RuntimeError):
    """wrk could not do its work."""


@dataclass(frozen=True)
class Wrk:
    """How wrk is run: whole seconds, connections, and the core that the server has to itself."""

    seconds: int
    connections: int
    core: int

    def run(self, server: Running, request: Request) -> Load:
        """Send the request over and over.

        Raises WrongAnswerError where an answer is not 2xx, none comes or a connection breaks, LoadFailedError where
        wrk itself fails.
        """
        with tempfile.NamedTemporaryFile() as body:
            body.write(request.body)
            body.flush()
            with observing(server.pid, self.core) as used:
                counted = self._counted(f"http://127.0.0.1:{server.port}{request.path}", request, Path(body.name))
        if not counted["requests"]:
            raise WrongAnswerError(f"{server.name} gave no answer to {request.path} in {self.seconds} s; give it more")
        if counted["refused"] or counted["failed"]:
            raise WrongAnswerError(f"{server.name} under load, {request.path}: {counted}")
        return Load(
            requests=counted["requests"],
            seconds=counted["microseconds"] / 1e6,
            p50=counted["p50"] / 1e6,
            p99=counted["p99"] / 1e6,
            cpu=used.cpu,
            foreign=used.foreign,
            busiest=used.busiest,
        )

    def _counted(self, url: str, request: Request, body: Path) -> dict[str, int]:
        duration = f"{ceil(self.seconds)}s"
        command = ["wrk", "--threads", "1", "--connections", str(self.connections), "--duration", duration]
        environment = {
            **os.environ,
            "BENCH_METHOD": request.method,
            "BENCH_BODY": str(body),
            "BENCH_HEADERS": "\n".join(f"{name}: {value}" for name, value in request.headers.items()),
        }
        ran = subprocess.run(
            [*command, "--timeout", f"{ceil(GRACE)}s", "--script", str(SCRIPT), url],
            env=environment,
            capture_output=True,
            text=True,
            timeout=self.seconds + GRACE,
            check=False,
        )
        if ran.returncode:
            raise LoadFailedError(f"{' '.join(command)} {url}: {ran.stdout}{ran.stderr}")
        counted: dict[str, int] = json.loads(ran.stdout.splitlines()[-1])
        return counted
