"""Adjust: a slider for each dimension, by keyboard, mouse and touch; the handle and the pictures follow."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from e2e.explorer.conftest import Open
from e2e.explorer.visit import Visit
from latentd.inference import Autoencoder

Shipped = Callable[[str], Autoencoder]


def slider(page: Visit, dim: int) -> Locator:
    return page.page.get_by_role("slider", name=re.compile(rf"^latent {dim}\b"))


def level(page: Visit, dim: int) -> float:
    return float(slider(page, dim).input_value())


def test_the_keyboard_turns_one_number_and_the_picture_and_the_handle_follow(visit: Open, shipped: Shipped) -> None:
    page = visit("model=vae-mnist&view=adjust")
    model = shipped("vae-mnist")
    before, place = page.latent(), page.middle_of_handle()
    original = page.pixels(page.page.get_by_role("img", name="The reconstruction"))
    turned = slider(page, 1)
    turned.focus()
    start = level(page, 1)
    for key, expected in (("ArrowRight", start + 0.5), ("PageUp", start + 10.5), ("Home", 0.0), ("End", 100.0)):
        page.page.keyboard.press(key)
        assert level(page, 1) == pytest.approx(expected, abs=0.51)
    page.page.keyboard.press("PageDown")
    table = np.array(model.manifest.latent_statistics.quantiles)
    latent = page.latent()
    assert latent == pytest.approx([before[0], table[int(level(page, 1)), 1]], abs=1e-5)
    page.settle()
    assert page.middle_of_handle()[0] == pytest.approx(place[0], abs=1)
    assert page.middle_of_handle()[1] < place[1]
    page.wait_for_answers()
    shown = page.pixels(page.page.get_by_role("img", name="The adjusted picture"))
    assert np.array(shown) / 255 == pytest.approx(model.decode(np.array(latent, np.float32)), abs=0.01)
    assert page.pixels(page.page.get_by_role("img", name="The reconstruction")) == original
    assert "at level" in (turned.get_attribute("aria-valuetext") or "")


def test_one_slider_and_all_are_put_back(visit: Open) -> None:
    page = visit("model=vae-mnist&view=adjust")
    before = page.latent()
    for dim in (0, 1):
        slider(page, dim).focus()
        page.page.keyboard.press("PageDown")
    page.page.get_by_role("button", name="Put latent 0 back").click()
    assert page.latent()[0] == before[0]
    assert page.latent()[1] != before[1]
    expect(slider(page, 0)).to_be_focused()
    page.page.get_by_role("button", name="Put all back").click()
    assert page.latent() == before
    expect(page.page.get_by_role("button", name="Put all back")).to_be_disabled()


def test_a_mouse_drags_a_slider_and_the_handle_moves_the_sliders(visit: Open) -> None:
    page = visit("model=ae-mnist&view=adjust")
    box = slider(page, 0).bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.drag((box["x"] + box["width"] * 0.9, y), (box["x"] + box["width"] * 0.5, y))
    assert level(page, 0) == pytest.approx(50, abs=1.5)
    start, before = page.middle_of_handle(), level(page, 0)
    page.drag(start, (start[0] + 90, start[1]))
    assert level(page, 0) > before


def test_of_many_dimensions_the_most_spread_come_first_and_all_can_be_shown(visit: Open, shipped: Shipped) -> None:
    page = visit("model=dae-mnist&view=adjust", phone=True)
    rows = page.page.locator(".sliders label")
    expect(rows).to_have_count(8)
    spread = np.argsort(shipped("dae-mnist").manifest.latent_statistics.std)[::-1]
    assert [int(re.findall(r"\d+", text)[0]) for text in rows.all_inner_texts()] == spread[:8].tolist()
    page.page.get_by_role("button", name="Show all 32").tap()
    expect(rows).to_have_count(32)
    before = page.latent()
    widest = slider(page, int(spread[0]))
    widest.evaluate("slider => slider.scrollIntoView({ block: 'center' })")
    box = widest.bounding_box()
    assert box
    page.page.touchscreen.tap(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    changed = [dim for dim, (one, other) in enumerate(zip(before, page.latent(), strict=True)) if one != other]
    assert changed == [spread[0]]
    assert page.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_digit_that_is_chosen_on_the_map_is_adjusted_from_then_on(visit: Open) -> None:
    page = visit("model=vae-mnist&view=adjust")
    slider(page, 0).focus()
    page.page.keyboard.press("Home")
    page.handle.focus()
    page.page.keyboard.press("n")
    expect(page.page.locator(".adjust .lead strong")).to_have_text(re.compile("^held-out digit"))
    expect(page.page.get_by_role("button", name="Put all back")).to_be_disabled()


def test_another_digit_is_shown_with_its_original(visit: Open, shipped: Shipped) -> None:
    page = visit("model=vae-mnist&view=adjust")
    before = page.latent()
    page.page.get_by_role("button", name="Another digit").click()
    original = page.page.get_by_role("img", name="The original")
    page.page.wait_for_function(
        "before => document.querySelector('latent-explorer').latent[0] !== before", arg=before[0]
    )
    expect(original).to_be_visible()
    page.wait_for_answers()
    model = shipped("vae-mnist")
    pixels = np.array(page.pixels(original), np.float32) / 255
    assert page.latent() == pytest.approx(model.encode(pixels).tolist(), abs=1e-4)
