"""The commands that the guides show are run, and make the pictures that stand below them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from servers import Server, serving

REPOSITORY = Path(__file__).parents[1]
ADDRESS = "http://127.0.0.1:8000"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
COMMANDS = BLOCK.findall((REPOSITORY / "docs" / "latent-space.md").read_text("utf-8"))
PICTURE = re.compile(r"-o (docs/pictures/[\w-]+\.png)")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(REPOSITORY / "models", tmp_path_factory.mktemp("guides") / "log") as process:
        yield process


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where the commands find the examples, and write pictures of their own."""
    folder = tmp_path_factory.mktemp("workplace")
    (folder / "examples").symlink_to(REPOSITORY / "examples")
    (folder / "docs" / "pictures").mkdir(parents=True)
    return folder


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command.split())[:60])
def test_a_command_works_and_makes_its_picture(server: Server, workplace: Path, command: str) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ran = subprocess.run(
        ["bash", "-euc", command.replace(ADDRESS, server.url)],
        cwd=workplace,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"status":4' not in ran.stdout
    if made := PICTURE.search(command):
        drawn, shown = (np.asarray(Image.open(folder / made[1]), np.int16) for folder in (workplace, REPOSITORY))
        assert drawn.shape == shown.shape
        # Another processor adds up in another order; a step of grey is the most that can make.
        assert np.abs(drawn - shown).max() <= 2


def test_every_picture_of_the_guide_is_made_by_a_command() -> None:
    shown = set(
        re.findall(r"\]\((pictures/[\w-]+\.png)\)", (REPOSITORY / "docs" / "latent-space.md").read_text("utf-8"))
    )
    made = {match[1].removeprefix("docs/") for command in COMMANDS if (match := PICTURE.search(command))}
    assert shown == made
    assert shown
