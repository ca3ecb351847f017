"""The README's curl lines, word for word, and the answers that it prints for them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers import Server, serving

REPOSITORY = Path(__file__).parents[1]
ADDRESS = "http://127.0.0.1:8000"
BLOCK = re.compile(r"```sh\n(curl .*?)```\n+```(?:json|text)\n(.*?)```", re.DOTALL)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
EXAMPLES = BLOCK.findall((REPOSITORY / "README.md").read_text("utf-8"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(REPOSITORY / "models", tmp_path_factory.mktemp("readme") / "log") as process:
        yield process


def test_the_readme_encodes_decodes_and_reconstructs() -> None:
    assert [route for command, _ in EXAMPLES for route in re.findall(r":8000/(\w+)", command)] == [
        "encode",
        "decode",
        "reconstruct",
    ]


@pytest.mark.parametrize(("command", "printed"), EXAMPLES)
def test_a_curl_line_gives_the_answer_that_is_printed(server: Server, command: str, printed: str) -> None:
    ran = subprocess.run(
        ["bash", "-c", command.replace(ADDRESS, server.url)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert NUMBER.sub("#", ran.stdout.strip()) == NUMBER.sub("#", printed.strip())
    # Another processor adds up in another order.
    assert numbers(ran.stdout) == pytest.approx(numbers(printed), abs=2e-4)


def numbers(text: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(text)]
