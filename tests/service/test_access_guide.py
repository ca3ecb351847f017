"""docs/access.md: its lines are run in a shell, from the first to the last, against the server that they start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers import Server, serving

REPOSITORY = Path(__file__).parents[2]
GUIDE = (REPOSITORY / "docs" / "access.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```(?:\n+```json\n(.*?)```)?", GUIDE, re.DOTALL)
ADDRESS = "http://127.0.0.1:8000"


def shell(folder: Path, lines: str) -> str:
    """What the lines print, where `latentd` is this Python's."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    command = ["bash", "-euc", f'latentd() {{ "{sys.executable}" -m latentd "$@"; }}\n{lines}']
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a user stands, who has made the keys."""
    folder = tmp_path_factory.mktemp("guide")
    (folder / "examples").symlink_to(REPOSITORY / "examples")
    made, started = BLOCKS[0][0].strip().rsplit("\n", 1)
    assert started == "LATENTD_API_KEYS_FILE=keys latentd serve"
    shell(folder, made)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving(REPOSITORY / "models", folder / "log", {"LATENTD_API_KEYS_FILE": str(folder / "keys")}) as process:
        yield process


def test_the_keys_are_made_with_their_rights(folder: Path) -> None:
    listed = shell(folder, "latentd keys list --file keys")
    assert [line.split()[:2] for line in listed.splitlines()] == [
        ["web-shop", "infer"],
        ["operator", "infer,control"],
        ["prometheus", "metrics"],
    ]
    assert len((folder / "web-shop.key").read_text().splitlines()) == 1


def test_who_shows_a_key_is_answered(folder: Path, server: Server) -> None:
    (line,) = [block for block, _ in BLOCKS if "Bearer" in block]
    assert shell(folder, line.replace(ADDRESS, server.url)).startswith('{"model":"ae-mnist"')


def test_who_shows_none_gets_what_is_printed(folder: Path, server: Server) -> None:
    ((line, printed),) = [(block, printed) for block, printed in BLOCKS if printed]
    assert shell(folder, line.replace(ADDRESS, server.url)).strip() == printed.strip()


def test_what_else_is_shown_is_shown_elsewhere_to_work() -> None:
    assert [block.split()[0].partition("=")[0] for block, _ in BLOCKS] == [
        *("latentd", "curl", "curl"),
        "LATENTD_TLS_CERTIFICATE",  # test_tls.py
    ]
