"""The map: points, legend, pan, wheel, pinch, hover, the decoded grid behind."""

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


def row_at(visit: Visit, model: Autoencoder, row: int) -> tuple[float, float]:
    """Where on the page a held-out latent lies: the handle is put there, and asked."""
    latent = model.held_out.latents[row].tolist()
    visit.element.evaluate("(element, latent) => { element.latent = latent; }", latent)
    visit.settle()
    return visit.middle_of_handle()


def test_each_class_is_switched_off_and_on_and_shown_alone_by_a_double_click(visit: Open) -> None:
    page = visit("model=vae-mnist")
    all_points = page.count_points()
    seven = page.page.get_by_role("button", name="Class 7")
    expect(seven).to_have_attribute("aria-pressed", "true")
    seven.click()
    expect(seven).to_have_attribute("aria-pressed", "false")
    page.page.mouse.move(5, 5)
    page.settle()
    without = page.count_points()
    assert 0.5 * all_points < without < 0.95 * all_points
    page.page.get_by_role("button", name="All", exact=True).click()
    expect(seven).to_have_attribute("aria-pressed", "true")
    page.page.mouse.move(5, 5)
    page.settle()
    assert page.count_points() == all_points
    page.page.get_by_role("button", name="Class 0").dblclick()
    pressed = [button.get_attribute("aria-pressed") for button in page.page.get_by_role("button", name="Class ").all()]
    assert pressed == ["true"] + ["false"] * 9


def test_dragging_the_map_moves_it_and_the_wheel_zooms_about_the_pointer(visit: Open, shipped: Shipped) -> None:
    page = visit("model=vae-mnist")
    before, at = page.latent(), page.middle_of_handle()
    box = page.box()
    start = (box["x"] + 60, box["y"] + 60)
    page.drag(start, (start[0] + 90, start[1] + 40))
    page.settle()
    moved = page.middle_of_handle()
    assert page.latent() == before
    assert np.subtract(moved, at) == pytest.approx([90, 40], abs=1)
    model = shipped("vae-mnist")
    one, other = row_at(page, model, 3), row_at(page, model, 0)
    page.page.mouse.move(*other)
    page.page.mouse.wheel(0, -300)
    page.settle()
    assert page.middle_of_handle() == pytest.approx(other, abs=1)
    apart = np.subtract(row_at(page, model, 3), other)
    assert apart == pytest.approx(np.subtract(one, other) * np.exp(0.6), abs=2)


def test_two_fingers_pinch(visit: Open) -> None:
    page = visit("model=vae-mnist", phone=True)
    box = page.box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    before = np.subtract(page.middle_of_handle(), middle)
    cdp = page.page.context.new_cdp_session(page.page)

    def touch(kind: str, *reaches: float) -> None:
        points = [{"x": middle[0] + reach, "y": middle[1], "id": at} for at, reach in enumerate(reaches)]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", -40, 40)
    for reach in (50, 60, 70, 80):
        touch("touchMove", -reach, reach)
    touch("touchEnd")
    page.settle()
    assert np.subtract(page.middle_of_handle(), middle) == pytest.approx(before * 2, abs=2)
    assert page.page.evaluate("() => visualViewport.scale") == 1


def point_at(page: Visit, place: tuple[float, float]) -> Locator:
    """The card beside what is pointed at, once the page has fetched all that it wants."""
    page.wait_for_answers()
    page.element.evaluate("element => { element.latent = [-3, -2]; }")  # out of the way
    page.page.mouse.move(*place)
    found = page.page.locator(".found")
    expect(found).to_be_visible()
    return found


def test_pointing_at_a_digit_shows_it_as_it_was_written(visit: Open, shipped: Shipped) -> None:
    page = visit("model=vae-mnist")
    model = shipped("vae-mnist")
    assert model.examples is not None
    assert model.held_out.labels is not None
    row = int(model.examples.indices[7])
    found = point_at(page, row_at(page, model, row))
    label = model.held_out.labels[row]
    expect(found).to_have_text(re.compile(rf"^\s*A {label}\s*held-out digit {row}\s*$"))
    assert page.pixels(found.locator("canvas")) == model.examples.inputs[7].tolist()
    page.page.mouse.move(5, 5)
    expect(found).to_be_hidden()


def test_one_whose_picture_is_there_is_found_before_a_nearer_one(visit: Open, shipped: Shipped) -> None:
    page = visit("model=vae-mnist")
    model = shipped("vae-mnist")
    assert model.examples is not None
    x, y = row_at(page, model, int(model.examples.indices[7]))
    found = point_at(page, (x + 3, y - 3))
    row = int(found.inner_text().split("held-out digit ")[1])
    assert "reconstruction" not in found.inner_text()
    place = np.searchsorted(model.examples.indices, row)
    assert page.pixels(found.locator("canvas")) == model.examples.inputs[place].tolist()


def test_a_digit_without_its_picture_is_shown_as_a_reconstruction_that_says_so(visit: Open, shipped: Shipped) -> None:
    page = visit("model=vae-mnist")
    model = shipped("vae-mnist")
    assert model.examples is not None
    assert model.held_out.labels is not None
    row = next(row for row in range(100) if row not in model.examples.indices)
    row_at(page, model, row)
    page.handle.focus()
    for _ in range(8):
        page.handle.press("+")
    page.settle()
    found = point_at(page, page.middle_of_handle())
    expect(found).to_contain_text(f"A {model.held_out.labels[row]}")
    expect(found).to_contain_text(f"reconstruction of held-out digit {row}")
    shown = np.array(page.pixels(found.locator("canvas")))
    assert shown / 255 == pytest.approx(model.decode(model.held_out.latents[row]), abs=0.01)


def test_without_pictures_there_are_reconstructions(visit: Open, shipped: Shipped) -> None:
    """A server whose examples fail, or an older one, is as good for the rest."""
    page = visit("model=vae-mnist", forgiven="404")
    model = shipped("vae-mnist")
    page.page.route("**/examples?*", lambda route: route.fulfill(status=404, json={"title": "No examples"}))
    page.choose_model("dae-mnist")
    page.choose_model("vae-mnist")
    assert model.examples is not None
    found = point_at(page, row_at(page, model, int(model.examples.indices[7])))
    expect(found).to_contain_text("reconstruction of held-out digit")


def test_a_random_real_digit_is_fetched_by_a_seed(visit: Open, shipped: Shipped) -> None:
    """What the Draw view asks for in the place of a drawing."""
    page = visit("model=vae-mnist")
    model = shipped("vae-mnist")
    entry = page.page.locator("script[type=module]").first.get_attribute("src")
    assert entry
    found = page.page.evaluate(
        """async ([entry, seed]) => {
            const { Client } = await import(new URL("client.js", new URL(entry, document.baseURI)));
            const client = new Client(new URL("./", document.baseURI));
            const { indices, labels, inputs } = await client.examples(
                { name: "vae-mnist", version: 1 }, { limit: 1, seed });
            return { indices: [...indices], labels: [...labels], inputs: inputs.map(input => [...input]) };
        }""",
        [entry, 12],
    )
    assert model.examples is not None
    assert model.held_out.labels is not None
    (index,) = found["indices"]
    place = np.searchsorted(model.examples.indices, index)
    assert model.examples.indices[place] == index
    assert found["labels"] == [model.held_out.labels[index]]
    np.testing.assert_array_equal(
        np.array(found["inputs"], np.float32), model.examples.inputs[[place]] / np.float32(255)
    )


def test_what_is_decoded_shines_through_where_it_is_decoded_and_as_far_as_is_asked(
    visit: Open, shipped: Shipped
) -> None:
    page = visit("model=vae-mnist")
    box, cell = page.box(), 0.125
    place = [-1.5 * cell, 4.5 * cell]  # the middle of a cell
    page.element.evaluate("(element, latent) => { element.latent = latent; }", [place[0] + 1, place[1]])
    page.settle()
    right, _ = page.middle_of_handle()
    page.element.evaluate("(element, latent) => { element.latent = latent; }", place)
    page.settle()
    x, y = page.middle_of_handle()
    page.page.mouse.move(x, y)
    page.page.mouse.wheel(0, -float(np.log(28 / cell / (right - x)) / 0.002))  # a cell as large as its picture
    page.settle()
    page.wait_for_backdrop()
    shown = page.page.locator("canvas.backdrop").evaluate(
        """(canvas, [x, y]) => {
            const small = new OffscreenCanvas(28, 28).getContext("2d");
            small.drawImage(canvas, Math.round(x - 14), Math.round(y - 14), 28, 28, 0, 0, 28, 28);
            return [...small.getImageData(0, 0, 28, 28).data].filter((_, at) => at % 4 === 3);
        }""",
        [x - box["x"], y - box["y"]],
    )
    expected = shipped("vae-mnist").decode(np.array(place, np.float32))
    assert np.corrcoef(shown, expected)[0, 1] > 0.97
    backdrop = page.page.locator("canvas.backdrop")
    page.wait_for_backdrop()
    fader = page.page.get_by_role("slider", name="Decoded grid")
    fader.fill("80")
    expect(backdrop).to_have_css("opacity", "0.8")
    fader.focus()
    fader.press("Home")
    expect(backdrop).to_have_css("opacity", "0")


def test_another_pair_of_dimensions_is_another_map(visit: Open) -> None:
    page = visit("model=dae-mnist")
    latent, before = page.latent(), page.middle_of_handle()
    page.page.get_by_role("combobox", name="Latent dimension across").select_option("5")
    page.settle()
    assert page.latent() == latent
    assert page.middle_of_handle() != before
    page.page.wait_for_function("() => location.hash.includes('dims=5,1')")
