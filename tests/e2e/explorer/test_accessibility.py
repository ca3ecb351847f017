"""axe-core finds nothing on any view, by day and by night, large and small; and all of it is reached by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from e2e.explorer.conftest import Open

AXE = Path(__file__).parents[2] / "explorer" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds, by these rules or by all. It comes by the debugger, which no policy of a page concerns."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found: dict[str, Any] = page.evaluate("options => axe.run(options)", options)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


Scheme = Literal["light", "dark"]


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing(visit: Open, phone: bool) -> None:
    page = visit("model=vae-mnist&view=decode&at=0.5,-1", phone=phone, color_scheme="light")
    page.page.get_by_role("button", name="Pin", exact=True).click()
    found: list[str] = []

    def look(at: str) -> None:
        """By day by all rules; by night by that which is about colours."""
        page.wait_for_answers()
        schemes: tuple[tuple[Scheme, tuple[str, ...]], ...] = (("dark", ("color-contrast",)), ("light", ()))
        for scheme, rules in schemes:
            page.page.emulate_media(color_scheme=scheme)
            expect(page.page.locator(".shell")).to_have_attribute("data-theme", scheme)
            found.extend(f"{at}, {scheme}: {each}" for each in violations(page.page, *rules))

    for tab in page.page.get_by_role("tab").all():
        tab.click()
        look(tab.inner_text())
    page.page.get_by_role("button", name="Model card").click()
    expect(page.page.get_by_role("dialog")).to_be_visible()
    look("card")
    assert not found, "\n".join(found)


def test_axe_finds_nothing_in_a_notice(visit: Open) -> None:
    page = visit("model=vae-mnist", forgiven="Failed to load resource")
    page.page.evaluate("() => { location.hash = 'model=nobody'; }")
    expect(page.page.get_by_role("status")).to_contain_text("no model is named")
    assert violations(page.page) == []


LISTEN = """() => {
    window.stops = [];
    const focused = () => {
        let node = document.activeElement;
        while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
        return node;
    };
    addEventListener("keyup", ({ key }) => {
        if (key !== "Tab") return;
        const node = focused();
        const places = [node, node.parentElement, node.querySelector(".knob")];
        const name = node.getAttribute("aria-label") ?? node.textContent.trim().replace(/\\s+/g, " ");
        window.stops.push({ name, role: node.getAttribute("role") ?? node.localName,
            seen: places.some(place => place && getComputedStyle(place).outlineStyle !== "none") });
    }, { capture: true });
}"""


def stops_from(page: Page) -> list[dict[str, Any]]:
    """What the key Tab leads to, from the page's first link until it leaves the page."""
    page.evaluate("() => { window.stops = []; }")
    page.get_by_role("link", name="latentd").focus()
    while True:
        for _ in range(15):
            page.keyboard.press("Tab")
        stops: list[dict[str, Any]] = page.evaluate("() => window.stops")
        ends = [at for at, stop in enumerate(stops) if stop["role"] in {"body", "html"}]
        if ends:
            return stops[: ends[0]]
        assert len(stops) < 120, stops


def test_every_view_is_reached_and_left_by_keyboard(visit: Open) -> None:
    page = visit("model=vae-mnist&view=decode&at=0.5,-1")
    page.page.evaluate(LISTEN)
    titles = page.page.get_by_role("tab").all_inner_texts()
    for title in titles:
        page.wait_for_answers()
        stops = stops_from(page.page)
        assert all(stop["seen"] for stop in stops), [stop for stop in stops if not stop["seen"]]
        names = [stop["name"] for stop in stops]
        for name in ("vae-mnist", "Model card", "Copy link", "Place in the latent space", "Class 0", title, "Pin"):
            assert any(each.startswith(name) for each in names), (name, names)
        page.page.get_by_role("tab", name=title).focus()
        page.page.keyboard.press("ArrowRight")
    expect(page.page.get_by_role("tab", name=titles[0])).to_have_attribute("aria-selected", "true")
