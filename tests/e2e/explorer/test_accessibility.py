"""axe-core finds nothing on any view, by day and by night, large and small; and all of it is reached by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from e2e.explorer.conftest import Open

AXE = Path(__file__).parents[2] / "explorer" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """What axe-core finds. It comes by the debugger, which no Content-Security-Policy concerns."""
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("() => axe.run({ resultTypes: ['violations'] })")
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing(visit: Open, phone: bool, scheme: str) -> None:
    page = visit("model=vae-mnist&view=decode&at=0.5,-1", phone=phone, color_scheme=scheme)
    page.page.get_by_role("button", name="Pin", exact=True).click()
    found = {}
    for tab in page.page.get_by_role("tab").all():
        tab.click()
        page.page.wait_for_load_state("networkidle")
        found[tab.inner_text()] = violations(page.page)
    page.page.get_by_role("button", name="Model card").click()
    expect(page.page.get_by_role("dialog")).to_be_visible()
    page.page.wait_for_load_state("networkidle")
    found["card"] = violations(page.page)
    assert not any(found.values()), "\n".join(line for lines in found.values() for line in lines)


def test_axe_finds_nothing_in_a_notice(visit: Open) -> None:
    page = visit("model=vae-mnist", forgiven="Failed to load resource")
    page.page.evaluate("() => { location.hash = 'model=nobody'; }")
    expect(page.page.get_by_role("status")).to_contain_text("no model is named")
    assert violations(page.page) == []


def test_every_view_is_reached_and_left_by_keyboard(visit: Open) -> None:
    page = visit("model=vae-mnist&view=decode&at=0.5,-1")
    keys = page.page.keyboard
    focus = """() => {
        let node = document.activeElement;
        while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
        const places = [node, node.parentElement, node.querySelector(".knob")];
        const name = node.getAttribute("aria-label") ?? node.textContent.trim().replace(/\\s+/g, " ");
        return { name, role: node.getAttribute("role") ?? node.localName,
            seen: places.some(place => place && getComputedStyle(place).outlineStyle !== "none") };
    }"""
    titles = page.page.get_by_role("tab").all_inner_texts()
    for title in titles:
        stops = []
        page.page.get_by_role("link", name="latentd").focus()
        for _ in range(90):
            keys.press("Tab")
            stop = page.page.evaluate(focus)
            if stop["role"] in {"body", "html"}:
                break
            stops.append(stop)
        assert all(stop["seen"] for stop in stops), [stop for stop in stops if not stop["seen"]]
        names = [stop["name"] for stop in stops]
        for name in ("vae-mnist", "Model card", "Copy link", "Place in the latent space", "Class 0", title, "Pin"):
            assert any(each.startswith(name) for each in names), (name, names)
        page.page.get_by_role("tab", name=title).focus()
        keys.press("ArrowRight")
    expect(page.page.get_by_role("tab", name=titles[0])).to_have_attribute("aria-selected", "true")
