"""Sample: pictures drawn from the model, where they lie, and the same ones again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from e2e.explorer.conftest import Open
from e2e.explorer.visit import Visit, reading
from latentd.inference import Autoencoder

Shipped = Callable[[str], Autoencoder]


def pictures(page: Visit) -> Locator:
    return page.page.get_by_role("group", name="Samples").locator("button.picture")


def marks(page: Visit) -> int:
    """How much is drawn over the points."""
    page.settle()
    count: int = page.page.locator("canvas.marks").evaluate(
        reading("bytes.filter((value, at) => at % 4 === 3 && value > 0).length")
    )
    return count


@pytest.mark.parametrize(
    ("name", "source"), [("vae-mnist", "drawn from the prior"), ("ae-mnist", "drawn from the fitted density")]
)
def test_what_a_seed_draws_is_shown_with_its_source(visit: Open, shipped: Shipped, name: str, source: str) -> None:
    page = visit(f"model={name}&view=sample&seed=11&n=9")
    expect(pictures(page)).to_have_count(9)
    expect(page.page.locator(".view")).to_contain_text(source)
    expected = shipped(name).sample(n=9, seed=11).outputs
    for place in (0, 8):
        shown = np.array(page.pixels(pictures(page).nth(place).locator("canvas"))) / 255
        assert shown == pytest.approx(expected[place], abs=0.01)


def test_again_makes_another_seed_which_the_link_has(visit: Open) -> None:
    page = visit("model=vae-mnist&view=sample&seed=11")
    before = page.pixels(pictures(page).first.locator("canvas"))
    page.page.get_by_role("button", name="Again").click()
    seed = page.page.get_by_label("Seed")
    expect(seed).not_to_have_value("11")
    page.wait_for_answers()
    assert page.pixels(pictures(page).first.locator("canvas")) != before
    page.page.wait_for_function("seed => location.hash.includes(`seed=${seed}`)", arg=seed.input_value())


def test_a_seed_and_a_number_of_pictures_are_asked_for(visit: Open, shipped: Shipped) -> None:
    page = visit("model=vae-mnist&view=sample")
    page.page.get_by_label("Seed").fill("5")
    page.page.get_by_label("Seed").press("Enter")
    page.page.get_by_label("Pictures").select_option("4")
    expect(pictures(page)).to_have_count(4)
    page.page.wait_for_function("() => location.hash.includes('seed=5') && location.hash.includes('n=4')")
    page.page.get_by_label("Seed").fill("five")
    page.page.get_by_label("Seed").press("Enter")
    expected = shipped("vae-mnist").sample(n=4, seed=5).outputs[3]
    assert np.array(page.pixels(pictures(page).last.locator("canvas"))) / 255 == pytest.approx(expected, abs=0.01)
    assert "seed=5" in page.page.url


def test_a_picture_that_is_pointed_at_is_marked_on_the_map_and_a_click_goes_there(
    visit: Open, shipped: Shipped
) -> None:
    page = visit("model=vae-mnist&view=sample&seed=11")
    expect(pictures(page)).to_have_count(16)
    plain = marks(page)
    pictures(page).nth(2).hover()
    assert marks(page) != plain
    page.page.mouse.move(5, 5)
    assert marks(page) == plain
    pictures(page).nth(2).click()
    assert page.latent() == pytest.approx(shipped("vae-mnist").sample(n=16, seed=11).latents[2].tolist())
    page.page.get_by_role("tab", name="Decode").click()
    assert marks(page) < plain  # those of the samples are gone


def test_keys_walk_over_the_pictures_and_pin_one(visit: Open, shipped: Shipped) -> None:
    page = visit("model=vae-mnist&view=sample&seed=11")
    expect(pictures(page)).to_have_count(16)
    page.page.get_by_label("Pictures").focus()
    keys = page.page.keyboard
    for key in ("Tab", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        keys.press(key)
    expect(pictures(page).nth(1)).to_be_focused()
    keys.press("End")
    expect(pictures(page).last).to_be_focused()
    keys.press("Home")
    keys.press("ArrowRight")
    keys.press("Enter")
    assert page.latent() == pytest.approx(shipped("vae-mnist").sample(n=16, seed=11).latents[1].tolist())
    keys.press("Tab")
    keys.press("Space")
    expect(page.page.get_by_role("button", name="Pin sample 2")).to_have_attribute("aria-pressed", "true")
    expect(page.page.get_by_role("region", name="Tray")).to_contain_text("Tray: 1")


def test_other_models_draw_anew_with_the_same_seed(visit: Open, shipped: Shipped) -> None:
    page = visit("model=vae-mnist&view=sample&seed=11&n=4")
    page.choose_model("dae-mnist")
    expect(page.page.locator(".view")).to_contain_text("fitted density")
    page.wait_for_answers()
    expected = shipped("dae-mnist").sample(n=4, seed=11).outputs[0]
    assert np.array(page.pixels(pictures(page).first.locator("canvas"))) / 255 == pytest.approx(expected, abs=0.01)


def test_a_finger_pins_without_pointing_first(visit: Open) -> None:
    page = visit("model=vae-mnist&view=sample&seed=11", phone=True)
    page.page.get_by_role("button", name="Pin sample 4").tap()
    expect(page.page.get_by_role("region", name="Tray")).to_contain_text("Tray: 1")
    assert page.page.evaluate("() => document.documentElement.scrollWidth") == 375
