"""Draw: each stroke is encoded, lands on the map, and is judged in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from e2e.explorer.conftest import Open
from e2e.explorer.strokes import DIGITS, SEVEN, THREE, ZERO, Stroke
from e2e.explorer.visit import Visit
from latentd.inference import Autoencoder

Shipped = Callable[[str], Autoencoder]


def pad_of(visit: Visit) -> Locator:
    return visit.page.get_by_role("application", name="Drawing")


def draw_by_mouse(visit: Visit, strokes: list[Stroke]) -> None:
    box = pad_of(visit).bounding_box()
    assert box
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        visit.page.mouse.move(*places[0])
        visit.page.mouse.down()
        for place in places[1:]:
            visit.page.mouse.move(*place)
        visit.page.mouse.up()


def draw_by_touch(visit: Visit, strokes: list[Stroke]) -> None:
    pad_of(visit).scroll_into_view_if_needed()
    box = pad_of(visit).bounding_box()
    assert box
    cdp = visit.page.context.new_cdp_session(visit.page)
    for stroke in strokes:
        points = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in stroke]
        cdp.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
        for point in points[1:]:
            cdp.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def encoded(visit: Visit) -> dict[str, Any]:
    """What the last event `encode` said, when no other has come for a while."""
    visit.page.wait_for_function("() => window.heard.length > 0")
    count = -1
    while count != (count := len(visit.heard())):
        visit.page.wait_for_timeout(150)
    detail: dict[str, Any] = visit.heard()[-1]["detail"]
    return detail


@pytest.mark.parametrize("draw", [draw_by_mouse, draw_by_touch], ids=["mouse", "touch"])
@pytest.mark.parametrize("name", ["ae-mnist", "vae-mnist"])
def test_a_drawn_digit_lands_nearest_to_its_class(
    visit: Open, shipped: Shipped, name: str, draw: Callable[[Visit, list[Stroke]], None]
) -> None:
    page = visit(f"model={name}&view=draw", phone=draw is draw_by_touch)
    page.listen("encode")
    held_out = shipped(name).held_out
    assert held_out.labels is not None
    for digit, strokes in DIGITS.items():
        draw(page, strokes)
        latent = np.array(encoded(page)["latent"])
        neighbours = np.argsort(np.linalg.norm(held_out.latents - latent, axis=1))[:25]
        votes = np.bincount(held_out.labels[neighbours], minlength=10)
        assert votes.argmax() == digit, votes
        page.page.get_by_role("button", name="Clear").click()


def test_the_handle_goes_where_the_drawing_is_and_the_pictures_are_its_own(visit: Open, shipped: Shipped) -> None:
    page = visit("model=vae-mnist&view=draw")
    page.listen("encode")
    draw_by_mouse(page, THREE)
    said = encoded(page)
    model = shipped("vae-mnist")
    pixels = np.array(said["pixels"], np.float32)
    assert page.latent() == pytest.approx(said["latent"])
    assert said["latent"] == pytest.approx(model.encode(pixels), abs=1e-4)
    found = model.reconstruct(pixels)
    seen, given = (np.array(page.pixels(page.page.locator(f"canvas.{name}"))) / 255 for name in ("seen", "given"))
    assert seen == pytest.approx(pixels, abs=0.01)
    assert given == pytest.approx(found.outputs, abs=0.01)
    share = f"{round(float(found.percentiles))} %"
    expect(page.page.locator(".verdict")).to_contain_text(f"further off than that of {share} of the held-out digits")
    assert said["percentile"] == pytest.approx(float(found.percentiles), abs=1e-3)


def test_what_is_drawn_is_centred_as_mnist_is(visit: Open) -> None:
    page = visit("model=ae-mnist&view=draw")
    page.listen("encode")
    corner = [[(0.1 + x / 4, 0.6 + y / 4) for x, y in stroke] for stroke in ZERO]
    draw_by_mouse(page, corner)
    picture = np.array(encoded(page)["pixels"]).reshape(28, 28)
    rows, cols = np.nonzero(picture > 0.1)
    assert max(np.ptp(rows), np.ptp(cols)) + 1 == pytest.approx(20, abs=1)
    mass = picture.sum()
    middle = [(picture.sum(axis=1 - axis) * np.arange(28)).sum() / mass for axis in (0, 1)]
    assert middle == pytest.approx([14, 14], abs=0.1)


def test_strokes_are_undone_one_by_one_and_all_cleared(visit: Open) -> None:
    page = visit("model=vae-mnist&view=draw")
    undo, clear = (page.page.get_by_role("button", name=name) for name in ("Undo", "Clear"))
    expect(undo).to_be_disabled()
    draw_by_mouse(page, SEVEN)
    once = page.pixels(pad_of(page))
    draw_by_mouse(page, [[(0.4, 0.5), (0.7, 0.5)]])
    assert page.pixels(pad_of(page)) != once
    undo.click()
    assert page.pixels(pad_of(page)) == once
    expect(page.page.locator(".results")).to_be_visible()
    clear.click()
    assert not any(page.pixels(pad_of(page)))
    expect(page.page.locator(".results")).to_be_hidden()
    expect(clear).to_be_disabled()


def test_a_drawing_stays_when_another_tab_or_another_model_is_chosen(visit: Open) -> None:
    page = visit("model=vae-mnist&view=draw")
    page.listen("encode")
    draw_by_mouse(page, SEVEN)
    first = encoded(page)
    drawn = page.pixels(pad_of(page))
    page.open_view("Decode")
    page.choose_model("ae-mnist")
    page.open_view("Draw")
    assert page.pixels(pad_of(page)) == drawn
    again = encoded(page)
    assert again["pixels"] == first["pixels"]
    assert (first["model"], again["model"]) == ("vae-mnist", "ae-mnist")
    assert page.latent() == pytest.approx(again["latent"])


def test_the_keyboard_draws(visit: Open, shipped: Shipped) -> None:
    page = visit("model=vae-mnist&view=draw")
    page.listen("encode")
    pad_of(page).focus()
    page.page.keyboard.press("ArrowUp")
    page.page.wait_for_timeout(100)
    assert page.heard() == []  # the pen is up
    page.page.keyboard.press("Space")
    for _ in range(20):
        page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("Space")
    latent = np.array(encoded(page)["latent"])
    held_out = shipped("vae-mnist").held_out
    nearest = int(np.linalg.norm(held_out.latents - latent, axis=1).argmin())
    assert held_out.labels is not None
    assert held_out.labels[nearest] == 1
