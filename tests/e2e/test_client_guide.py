"""docs/open-inference.md: what it shows for each client is run there, and prints what stands below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from peers import REQUIREMENTS, Peer
from servers import Server

GUIDE = Path(__file__).parents[2] / "docs" / "open-inference.md"
SECTION = re.compile(r"### ([\w-]+)\n.*?```python\n(.*?)```\n+```text\n(.*?)```", re.DOTALL)
EXAMPLES = {name.lower(): (program, printed) for name, program, printed in SECTION.findall(GUIDE.read_text("utf-8"))}
NUMBER = re.compile(r"\d+\.\d+")
ADDRESS = "127.0.0.1:8000"


def test_every_client_that_is_tested_has_an_example() -> None:
    assert set(EXAMPLES) == {path.stem for path in REQUIREMENTS.iterdir()} - {"schemathesis"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_prints_what_stands_below_it(shipped_server: Server, name: str) -> None:
    program, expected = EXAMPLES[name]
    assert ADDRESS in program
    address = shipped_server.url.removeprefix("http://")
    printed = Peer.installed(name).run("python", "-c", program.replace(ADDRESS, address)).stdout
    assert NUMBER.sub("#", printed.strip()) == NUMBER.sub("#", expected.strip())
    assert numbers(printed) == pytest.approx(numbers(expected), abs=2e-4)  # another processor adds up in another order


def numbers(text: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(text)]
