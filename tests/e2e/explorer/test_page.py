"""The page: its theme, its keys, its size on a phone, and how smoothly 10,000 points are dragged."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from e2e.explorer.conftest import Open


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_theme_is_the_systems_until_another_is_chosen_and_then_kept(visit: Open, system: str) -> None:
    page = visit(color_scheme=system)
    paper = {"light": "rgb(244, 242, 238)", "dark": "rgb(13, 15, 19)"}
    other = {"light": "dark", "dark": "light"}[system]
    expect(page.element).to_have_css("background-color", paper[system])
    page.page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.element).to_have_css("background-color", paper[other])
    page.page.reload()
    page.wait_until_ready()
    expect(page.element).to_have_css("background-color", paper[other])


def test_arrow_keys_go_through_tabs_and_models(visit: Open) -> None:
    page = visit()
    page.page.get_by_role("tab", name="Decode").focus()
    page.page.keyboard.press("ArrowRight")
    expect(page.page.get_by_role("tab", name="Draw")).to_be_focused()
    expect(page.page.get_by_role("tabpanel", name="Draw")).to_be_visible()
    page.page.keyboard.press("Home")
    expect(page.page.get_by_role("tabpanel", name="Decode")).to_be_visible()
    page.page.get_by_role("radio", name="ae-mnist", exact=True).focus()
    page.page.keyboard.press("ArrowRight")
    expect(page.page.get_by_role("radio", name="dae-mnist")).to_be_focused()
    expect(page.page.get_by_role("heading", name="32 numbers become a picture")).to_be_visible()


@pytest.mark.parametrize("width", [768, 1024])
def test_the_chosen_tab_is_in_sight_beside_the_map(visit: Open, width: int) -> None:
    page = visit("view=decode")
    page.page.set_viewport_size({"width": width, "height": 800})
    for name in ("Compare", "Decode"):
        page.open_view(name)
        tab, tabs = page.page.get_by_role("tab", name=name).bounding_box(), page.page.locator(".tabs").bounding_box()
        assert tab
        assert tabs
        assert tabs["x"] <= tab["x"]
        assert tab["x"] + tab["width"] <= tabs["x"] + tabs["width"]


def test_on_a_phone_nothing_is_wider_than_the_screen_and_the_map_stays(visit: Open) -> None:
    page = visit("view=draw", phone=True)
    assert page.page.evaluate("() => document.documentElement.scrollWidth") == 375
    page.page.get_by_role("application", name="Drawing").scroll_into_view_if_needed()
    page.page.evaluate("() => scrollTo(0, 400)")
    page.settle()
    assert page.box()["y"] == pytest.approx(0, abs=1)


@pytest.mark.alone
def test_panning_ten_thousand_points_takes_a_fraction_of_a_frame(visit: Open) -> None:
    page = visit("model=vae-mnist")
    page.wait_for_backdrop()
    # What the page itself does for each frame, while the map is dragged so far that its layer is drawn anew.
    page.page.evaluate("""() => {
        window.costs = [];
        const ask = window.requestAnimationFrame;
        window.requestAnimationFrame = work => ask(time => {
            const begun = performance.now();
            work(time);
            window.costs.push(performance.now() - begun);
        });
    }""")
    box = page.box()
    start = (box["x"] + 60, box["y"] + 60)
    page.drag(start, (start[0] + 600, start[1] + 400), steps=60)
    costs = page.page.evaluate("() => window.costs")
    assert len(costs) > 40
    assert np.median(costs) < 1000 / 60 / 4, sorted(costs)
    assert np.percentile(costs, 90) < 1000 / 60, sorted(costs)
