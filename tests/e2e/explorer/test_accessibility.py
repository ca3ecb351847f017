"""axe-core finds nothing, in any view, by day and by night, on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from e2e.explorer.conftest import Open

AXE = Path(__file__).parents[2] / "explorer" / "node_modules" / "axe-core" / "axe.min.js"
VIEWS = ("decode", "draw")


@pytest.fixture(scope="session")
def axe() -> str:
    assert AXE.is_file(), "run `make check` once: it installs what checks the explorer"
    return AXE.read_text("utf-8")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(visit: Open, axe: str, theme: str, phone: bool) -> None:
    page = visit("model=dae-mnist", phone=phone, color_scheme=theme)
    page.page.evaluate(axe)
    for view in VIEWS:
        page.page.evaluate("view => { location.hash = `model=dae-mnist&view=${view}`; }", view)
        page.page.wait_for_timeout(100)
        page.wait_until_ready()
        found: list[dict[str, Any]] = page.page.evaluate("async () => (await axe.run()).violations")
        assert not [(each["id"], [node["target"] for node in each["nodes"]]) for each in found], view
