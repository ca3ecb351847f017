"""Interpolate: the way between two latents as a strip, in motion and on the map."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from e2e.explorer.conftest import Open
from e2e.explorer.visit import Visit, reading
from latentd.inference import Autoencoder

Shipped = Callable[[str], Autoencoder]
LINK = "model=vae-mnist&view=interpolate&from=held-out-3&to=held-out-10&steps=5"


def scrubber(page: Visit) -> Locator:
    return page.page.get_by_role("slider", name="Place on the way")


def strip(page: Visit) -> Locator:
    return page.page.get_by_role("group", name="The way, step by step").get_by_role("button")


def ready(visit: Open, link: str = LINK, **options: object) -> Visit:
    page = visit(link, **options)
    expect(scrubber(page)).to_be_visible()
    return page


def pictures(page: Visit) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    canvases = page.page.locator(".pictures canvas").all()
    return np.array([page.pixels(canvas) for canvas in canvases]) / 255


def expected(model: Autoencoder, rows: tuple[int, int], steps: int, method: str) -> np.ndarray[tuple[int, ...]]:
    ends = model.held_out.latents[list(rows)]
    return model.decode(model.space.interpolate(ends[0], ends[1], steps, method))  # type: ignore[arg-type]


def test_the_strip_is_the_straight_way_or_the_arc(visit: Open, shipped: Shipped) -> None:
    page = ready(visit, reduced_motion="reduce")
    model = shipped("vae-mnist")
    assert pictures(page) == pytest.approx(expected(model, (3, 10), 5, "linear"), abs=0.01)
    page.page.get_by_label("Way", exact=True).select_option("slerp")
    page.page.get_by_label("Steps").select_option("7")
    expect(strip(page)).to_have_count(7)
    page.wait_for_answers()
    assert pictures(page) == pytest.approx(expected(model, (3, 10), 7, "slerp"), abs=0.01)
    page.page.wait_for_function("() => location.hash.includes('method=slerp') && location.hash.includes('steps=7')")


def test_an_autoencoder_has_no_arc(visit: Open) -> None:
    page = ready(visit, LINK.replace("vae", "ae"), reduced_motion="reduce")
    expect(page.page.get_by_label("Way", exact=True)).to_have_count(0)


def test_scrubbing_walks_the_handle_along(visit: Open, shipped: Shipped) -> None:
    page = ready(visit, reduced_motion="reduce")
    ends = shipped("vae-mnist").held_out.latents[[3, 10]]
    assert page.latent() == pytest.approx(ends[0].tolist(), abs=1e-5)
    scrubber(page).focus()
    page.page.keyboard.press("End")
    assert page.latent() == pytest.approx(ends[1].tolist(), abs=1e-5)
    strip(page).nth(2).click()
    assert page.latent() == pytest.approx(ends.mean(axis=0).tolist(), abs=1e-5)
    expect(strip(page).nth(2)).to_have_attribute("aria-current", "true")
    page.page.keyboard.press("ArrowRight")
    expect(strip(page).nth(3)).to_be_focused()
    assert page.latent() == pytest.approx((ends[0] * 0.25 + ends[1] * 0.75).tolist(), abs=1e-5)


def test_it_plays_once_by_itself_and_then_when_asked(visit: Open) -> None:
    page = ready(visit)
    expect(page.page.get_by_role("button", name="Play")).to_be_visible()
    assert scrubber(page).input_value() == scrubber(page).get_attribute("max")
    page.page.get_by_role("button", name="Play").click()
    expect(scrubber(page)).not_to_have_value(scrubber(page).get_attribute("max") or "")
    page.page.get_by_role("button", name="Pause").press("Enter")
    paused = scrubber(page).input_value()
    page.page.wait_for_timeout(200)
    assert scrubber(page).input_value() == paused


def test_less_motion_goes_step_by_step_and_never_by_itself(visit: Open) -> None:
    page = ready(visit, reduced_motion="reduce")
    page.page.wait_for_timeout(300)
    assert scrubber(page).input_value() == "0"
    stride = int(scrubber(page).get_attribute("max") or 0) // 4
    page.page.get_by_role("button", name="Play").click()
    expect(scrubber(page)).to_have_value(str(stride))
    page.page.get_by_role("button", name="Pause").click()


def test_a_link_leads_to_its_place_on_the_way(visit: Open, shipped: Shipped) -> None:
    ends = shipped("vae-mnist").held_out.latents[[3, 10]]
    at = ",".join(f"{value:.5g}" for value in ends.mean(axis=0))
    page = ready(visit, f"{LINK}&at={at}")
    expect(strip(page).nth(2)).to_have_attribute("aria-current", "true")
    page.page.wait_for_timeout(200)
    expect(page.page.get_by_role("button", name="Play")).to_be_visible()
    assert page.latent() == pytest.approx(ends.mean(axis=0).tolist(), abs=1e-5)


def test_an_end_is_picked_on_the_map(visit: Open) -> None:
    page = ready(visit, reduced_motion="reduce")
    page.page.get_by_role("button", name="To: pick on the map").click()
    expect(page.page.locator(".prompt")).to_contain_text("Choose where to go")
    box = page.box()
    page.page.mouse.click(box["x"] + 9, box["y"] + 150)
    expect(page.page.locator(".end").nth(1)).to_contain_text("A place")
    expect(page.page.locator(".prompt")).to_be_hidden()
    page.wait_for_answers()
    scrubber(page).press("End")
    assert page.middle_of_handle() == pytest.approx((box["x"] + 9, box["y"] + 150), abs=1.5)
    page.page.get_by_role("button", name="From: pick on the map").press("Enter")
    page.handle.press("Enter")
    expect(page.page.locator(".end").nth(0)).to_contain_text("A place")


def test_a_finger_picks_an_end_and_all_that_is_asked_can_be_read(visit: Open) -> None:
    page = ready(visit, phone=True, reduced_motion="reduce")
    page.page.get_by_role("button", name="To: pick on the map").tap()
    map_box, prompt = page.box(), page.page.locator(".prompt").bounding_box()
    assert prompt
    assert prompt["x"] >= map_box["x"]
    assert prompt["x"] + prompt["width"] <= map_box["x"] + map_box["width"]
    page.page.touchscreen.tap(map_box["x"] + 9, map_box["y"] + map_box["height"] - 9)  # where no digit lies
    expect(page.page.locator(".end").nth(1)).to_contain_text("A place")


def test_digits_are_chosen_by_class_and_ends_are_swapped(visit: Open, shipped: Shipped) -> None:
    page = ready(visit, phone=True, reduced_motion="reduce")
    page.page.get_by_label("From: a held-out digit").select_option(label="4")
    first, second = page.page.locator(".end").all()
    expect(first).to_contain_text("A 4")
    row = int(first.inner_text().split("held-out digit")[1].split()[0])
    assert shipped("vae-mnist").held_out.labels[row] == 4  # type: ignore[index]
    page.page.get_by_role("button", name="Swap").tap()
    expect(second).to_contain_text(f"held-out digit {row}")
    page.page.get_by_role("button", name="To: another digit").tap()
    expect(second).to_contain_text("A 4")
    assert page.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_what_is_marked_on_the_map_goes_with_the_view(visit: Open) -> None:
    page = ready(visit, reduced_motion="reduce")
    marks = page.page.locator("canvas.marks").first
    painted = reading("bytes.filter((value, at) => at % 4 === 3 && value > 0).length")
    page.settle()
    marked = marks.evaluate(painted)
    page.open_view("Decode")
    page.settle()
    assert marks.evaluate(painted) < marked
