"""The public clients, each in a virtual environment of its own, as its users have it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import venv
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

from servers import environment

REPOSITORY = Path(__file__).parents[1]
REQUIREMENTS = Path(__file__).parent / "e2e" / "requirements"
PROGRAMS = Path(__file__).parent / "e2e" / "clients"
ENVIRONMENTS = REPOSITORY / ".venv-clients"
PATIENCE = 300.0  # seconds; no test passes or fails by how fast something is


@dataclass(frozen=True)
class Peer:
    """An environment in which a client is installed, and nothing of ours."""

    folder: Path

    @classmethod
    def installed(cls, name: str) -> Peer:
        """The environment of requirements/<name>.txt, made anew only where that or this Python has changed since."""
        requirements, folder = REQUIREMENTS / f"{name}.txt", ENVIRONMENTS / name
        stamp = folder / "stamp"
        digest = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
        ENVIRONMENTS.mkdir(exist_ok=True)
        with (ENVIRONMENTS / f"{name}.lock").open("wb") as lock:
            flock(lock, LOCK_EX)  # tests run beside this one
            if not stamp.exists() or stamp.read_text() != digest:
                venv.create(folder, clear=True, symlinks=True)
                _install(folder, requirements)
                stamp.write_text(digest)
        return cls(folder)

    def run(self, *arguments: str, given: Any = None) -> subprocess.CompletedProcess[str]:
        """What a program of the environment printed; `given` is what it reads, as JSON. It has to end well."""
        ran = subprocess.run(
            [self.folder / "bin" / arguments[0], *arguments[1:]],
            input=json.dumps(given),
            cwd=REPOSITORY,
            env=_plain_environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ran.returncode == 0, f"{' '.join(arguments)} ended with {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
        return ran

    def ask(self, program: str, *arguments: str, given: Any = None) -> Any:
        """The JSON that clients/<program>.py prints."""
        return json.loads(self.run("python", str(PROGRAMS / f"{program}.py"), *arguments, given=given).stdout)


def _install(folder: Path, requirements: Path) -> None:
    """All that is pinned and nothing else; with our own pip, for another one in each environment would take as long."""
    command = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install"]
    options = ["--quiet", "--no-deps", "--no-compile", "--requirement", str(requirements)]
    ran = subprocess.run([*command, *options], env=_plain_environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{requirements.name} cannot be installed:\n{ran.stdout}\n{ran.stderr}"


def _plain_environment() -> dict[str, str]:
    """This process's variables without those that would let our own sources in."""
    return {name: value for name, value in environment({}).items() if name != "PYTHONPATH"}
