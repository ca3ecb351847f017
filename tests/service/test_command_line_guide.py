"""docs/command-line.md: its examples are run, from the first to the last."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bundles import Blueprint, write_bundle
from latentd.cli import main
from servers import Server, serving
from tables import write_pictures

ADDRESS = "http://127.0.0.1:8000"
GUIDE = Path(__file__).parents[2] / "docs" / "command-line.md"
EXAMPLES = [
    line for block in re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL) for line in block.splitlines()
]
DIGITS = Blueprint(name="vae-mnist", kind="vae", input_dim=784, picture_shape=(28, 28))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a user stands: models, digits, and photographs of digits."""
    folder = tmp_path_factory.mktemp("guide")
    write_bundle(folder / "models", DIGITS)
    np.save(folder / "digits.npy", np.random.default_rng(0).integers(0, 256, (30, 28, 28), np.uint8))
    photos = np.full((3, 60, 50), 230, np.uint8)
    photos[:, 20:40, 22:28] = 20
    write_pictures(folder / "photos", photos, ["one.png", "two.jpg", "three.jpeg"])
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """The server that the guide's addresses stand for."""
    with serving(folder / "models", folder / "log") as process:
        yield process


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_does_what_it_says(
    folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], example: str
) -> None:
    monkeypatch.chdir(folder)
    program, *arguments = shlex.split(example.replace(ADDRESS, server.url))
    assert program == "latentd"
    assert main(arguments) == 0
    if arguments[0] == "models":
        assert "vae-mnist/1" in capsys.readouterr().out
        return
    out = Path(arguments[arguments.index("-o") + 1])
    assert any(out.iterdir()) if out.is_dir() else out.stat().st_size


def test_every_file_command_has_an_example() -> None:
    assert {example.split()[1] for example in EXAMPLES} == {"encode", "decode", "reconstruct", "grid", "models"}
