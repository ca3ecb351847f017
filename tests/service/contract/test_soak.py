"""What `make soak` does for half an hour, for some seconds: the memory of a server that is used does not grow."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.soak import Soaked, soak
from servers import serving

MODELS = Path(__file__).parents[3] / "models"


def test_memory_does_not_grow(tmp_path: Path) -> None:
    with serving(MODELS, tmp_path / "log") as server:
        found = soak(server.port, server.process.pid, MODELS, 10, clients=6, tells=False)
    assert found.faults == []
    assert found.answers > 500
    assert found.growth < 5e6, found.drawn()


@pytest.mark.parametrize("leak", [0, 200_000])
def test_growth_is_told_from_what_is_made_on_first_use(leak: int) -> None:
    memory = [80_000_000, 95_000_000, *(100_000_000 + leak * number for number in range(58))]
    assert Soaked(memory, 1, ()).growth == leak * 44
    assert len(Soaked(memory, 1, ()).drawn()) == 60
