"""Compare: two models beside each other on one digit, and what is true of the gaps in their spaces."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import expect

from e2e.explorer.conftest import Open
from e2e.explorer.strokes import THREE
from e2e.explorer.visit import Visit, draw_by_mouse
from latentd.inference import Autoencoder

Shipped = Callable[[str], Autoencoder]
GAP = np.exp(-0.5)

SEEN = """async name => {
    const home = document.querySelector("script[type=module]").src;
    const load = path => import(new URL(path, home).href);
    const [{ Client }, { loadModel }, { cellsOf }] = await Promise.all(
        ["client.js", "model.js", "compare/cells.js"].map(load));
    const model = await loadModel(new Client(new URL(".", location.href)), name, new AbortController().signal);
    const { latents, support, share } = cellsOf(model, [0, 1]);
    return { latents: [...latents], support: [...support], share };
}"""


def ready(visit: Open, link: str, **options: object) -> Visit:
    page = visit(link, **options)
    expect(page.page.locator(".column .strip").nth(1).get_by_role("button")).to_have_count(11)
    page.wait_for_answers()
    return page


def reconstruction(page: Visit, column: int) -> list[int]:
    return page.pixels(page.page.get_by_role("img", name="What the model makes of it").nth(column))


def test_what_the_page_reckons_is_what_the_server_calls_support(visit: Open, shipped: Shipped) -> None:
    page = visit().page
    for name in ("ae-mnist", "vae-mnist", "dae-mnist"):
        found = page.evaluate(SEEN, name)
        space = shipped(name).space
        grid = space.grid(20, 20).latents[::-1]
        assert np.reshape(found["latents"], grid.shape) == pytest.approx(grid, abs=1e-4)
        support = space.support(grid)
        assert np.reshape(found["support"], support.shape) == pytest.approx(support, abs=1e-3)
        assert found["share"] == pytest.approx((support < GAP).mean(), abs=0.005)


def test_the_lesson_says_what_is_so_and_is_seen_without_scrolling(visit: Open, shipped: Shipped) -> None:
    page = ready(visit, "model=ae-mnist&view=compare&with=vae-mnist")
    shares = {}
    for name in ("ae-mnist", "vae-mnist"):
        space = shipped(name).space
        shares[name] = round(100 * float((space.support(space.grid(20, 20).latents) < GAP).mean()))
    said = page.page.locator(".lesson").inner_text()
    more, less = map(
        int, re.findall(r"(\d+) % of the middle of ae-mnist’s map is gaps, (\d+) % of vae-mnist’s", said)[0]
    )
    assert (more, less) == pytest.approx((shares["ae-mnist"], shares["vae-mnist"]), abs=1)
    assert "Nothing made the autoencoder fill its space" in said
    for column, name in enumerate(("ae-mnist", "vae-mnist")):
        count = page.page.locator(".column").nth(column).locator(".strip .gap").count()
        expect(page.page.locator(".walked")).to_contain_text(f"{count or 'none'} of 11 pictures in {name}")
    tray = page.page.get_by_role("region", name="Tray").bounding_box()
    assert tray
    for strip in page.page.locator(".column .strip").all():
        box = strip.bounding_box()
        assert box
        assert box["y"] + box["height"] <= tray["y"]
    heights = [each.evaluate("map => map.clientHeight") for each in page.page.locator(".column .map").all()]
    assert min(heights) >= 200


def test_a_digit_is_the_same_on_both_sides(visit: Open, shipped: Shipped) -> None:
    page = ready(visit, "model=ae-mnist&view=compare&with=dae-mnist&digit=held-out-42")
    for column, name in enumerate(("ae-mnist", "dae-mnist")):
        model = shipped(name)
        expected = model.decode(model.held_out.latents[42])
        assert np.array(reconstruction(page, column)) / 255 == pytest.approx(expected, abs=0.01)
    page.page.get_by_role("button", name="Another digit").click()
    page.page.wait_for_function("() => /digit=held-out-(?!42\\b)/.test(location.hash)")
    row = int(re.findall(r"held-out-(\d+)", page.page.url)[0])
    assert page.latent() == pytest.approx(shipped("ae-mnist").held_out.latents[row].tolist(), abs=1e-6)
    expect(page.page.locator(".subject").first).to_contain_text(f"Held-out digit {row}")
    page.wait_for_answers()
    pixels = np.array(page.pixels(page.page.get_by_role("img", name="The original")), np.float32) / 255
    for column, name in enumerate(("ae-mnist", "dae-mnist")):
        error = float(np.square(shipped(name).decode(shipped(name).encode(pixels)) - pixels).mean())
        said = page.page.locator(".column .said").nth(column).inner_text()
        assert float(re.findall(r"Error ([\d.]+)", said)[0]) == pytest.approx(error, abs=1e-4)
        assert "of the held-out digits" in said


def test_a_digit_that_is_chosen_on_one_map_is_shown_on_both(visit: Open, shipped: Shipped) -> None:
    page = ready(visit, "model=ae-mnist&view=compare&with=vae-mnist&digit=held-out-42")
    right = page.page.get_by_role("slider", name="Place in the latent space").last
    right.press("Shift+ArrowRight")
    right.press("n")
    page.page.wait_for_function("() => /digit=held-out-(?!42\\b)/.test(location.hash)")
    row = int(re.findall(r"held-out-(\d+)", page.page.url)[0])
    assert page.latent() == pytest.approx(shipped("ae-mnist").held_out.latents[row].tolist(), abs=1e-6)


def test_one_drawing_is_encoded_by_both(visit: Open, shipped: Shipped) -> None:
    page = ready(visit, "model=ae-mnist&view=compare&with=vae-mnist")
    page.page.get_by_role("button", name="Draw one").click()
    page.listen("encode")
    draw_by_mouse(page, THREE)
    page.wait_for_answers()
    pixels = np.array(page.heard()[-1]["detail"]["pixels"], np.float32)
    page.open_view("Compare")
    expect(page.page.locator(".subject").first).to_contain_text("Your drawing")
    page.wait_for_answers()
    assert np.array(page.pixels(page.page.get_by_role("img", name="The original"))) / 255 == pytest.approx(
        pixels, abs=0.01
    )
    for column, name in enumerate(("ae-mnist", "vae-mnist")):
        found = shipped(name).reconstruct(pixels)
        assert np.array(reconstruction(page, column)) / 255 == pytest.approx(found.outputs, abs=0.01)
        said = page.page.locator(".column .said").nth(column)
        expect(said).to_contain_text(f"larger than that of {float(found.percentiles):.0f} % of the held-out digits")
        handle = page.page.get_by_role("slider", name="Place in the latent space").nth(column)
        place = "latent 0: {:.2f}, latent 1: {:.2f}".format(*found.latents)
        expect(handle).to_have_attribute("aria-valuetext", place)


def test_other_models_and_ways_are_chosen_and_kept_in_the_link(visit: Open) -> None:
    page = ready(visit, "model=ae-mnist&view=compare")
    page.page.get_by_label("Right model").last.select_option("dae-mnist")
    expect(page.page.locator(".lesson")).to_contain_text("dae-mnist")
    page.page.get_by_label("Walk").select_option("digits")
    page.page.get_by_label("from: a held-out digit").select_option(label="3")
    page.page.wait_for_function(
        "() => location.hash.includes('with=dae-mnist') && location.hash.includes('walk=digits')"
    )
    page.page.get_by_label("Left model").last.select_option("vae-mnist")
    expect(page.page.locator(".lesson")).to_contain_text("vae-mnist")
    expect(page.page.get_by_role("radio", name="vae-mnist", exact=True)).to_have_attribute("aria-checked", "true")


def test_a_phone_shows_one_below_the_other(visit: Open) -> None:
    page = ready(visit, "model=ae-mnist&view=compare&with=vae-mnist", phone=True, color_scheme="dark")
    first, second = [column.bounding_box() for column in page.page.locator(".column").all()]
    assert first
    assert second
    assert second["y"] > first["y"] + first["height"]
    assert page.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    before = page.latent()
    page.page.locator(".column").first.locator(".strip button").nth(5).tap()
    assert page.latent() != before
