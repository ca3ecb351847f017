"""Draw: each stroke is encoded, lands on the map, and is judged in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from digits import read_test_images
from e2e.explorer.conftest import Open
from e2e.explorer.strokes import DIGITS, SEVEN, THREE, ZERO, Stroke
from e2e.explorer.visit import Visit, draw_by_mouse, pad_of
from latentd.inference import Autoencoder
from pictures import jpeg, png

Shipped = Callable[[str], Autoencoder]


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
    """What the last event `encode` said, when no other is to come."""
    visit.page.wait_for_function("() => window.heard.length > 0")
    visit.wait_for_answers()
    detail: dict[str, Any] = visit.heard()[-1]["detail"]
    return detail


@pytest.mark.parametrize(
    ("name", "draw"), [("ae-mnist", draw_by_touch), ("vae-mnist", draw_by_mouse)], ids=["touch", "mouse"]
)
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
        page.page.evaluate("() => { window.heard = []; }")


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


def test_the_ball_of_a_hand_draws_nothing(visit: Open) -> None:
    page = visit("model=vae-mnist&view=draw", phone=True)
    page.listen("encode", "decode")
    pad = pad_of(page)
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    cdp = page.page.context.new_cdp_session(page.page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [
            {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"], "id": at}
            for at, (x, y) in enumerate(places)
        ]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (0.5, 0.2))
    touch("touchStart", (0.5, 0.2), (0.9, 0.9))
    for step in range(1, 7):
        touch("touchMove", (0.5, 0.2 + step / 10), (0.9, 0.9 + step / 100))
    touch("touchEnd")
    encoded(page)
    ink = np.array(page.pixels(pad)).reshape(280, 280)
    assert ink[:, 120:160].any()
    assert not ink[:, 180:].any()
    assert [each["type"] for each in page.heard()[-2:]] == ["decode", "encode"]  # the ring is where it is drawn


def test_a_pen_draws_as_wide_as_it_is_pressed(visit: Open) -> None:
    page = visit("model=vae-mnist&view=draw")
    page.listen("encode")
    box = pad_of(page).bounding_box()
    assert box
    cdp = page.page.context.new_cdp_session(page.page)
    ink: list[int] = []
    for force in (0.2, 0.9):
        pen = {"pointerType": "pen", "force": force, "button": "left", "buttons": 1, "clickCount": 1}
        for kind, y in (("mousePressed", 0.2), ("mouseMoved", 0.5), ("mouseMoved", 0.8), ("mouseReleased", 0.8)):
            place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + y * box["height"]}
            cdp.send("Input.dispatchMouseEvent", {"type": kind, **place, **pen})
        encoded(page)
        ink.append(sum(value > 0 for value in page.pixels(pad_of(page))))
        page.page.get_by_role("button", name="Clear").click()
        page.page.evaluate("() => { window.heard = []; }")
    assert ink[1] > 1.5 * ink[0] > 0


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
    assert [str(each["model"]) for each in (first, again)] == ["vae-mnist", "ae-mnist"]
    assert page.latent() == pytest.approx(again["latent"])


def test_the_keyboard_draws(visit: Open, shipped: Shipped) -> None:
    page = visit("model=vae-mnist&view=draw")
    page.listen("encode")
    pad_of(page).focus()
    page.page.keyboard.press("ArrowUp")
    page.wait_for_answers()
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


def test_a_random_held_out_digit_is_the_picture_itself(visit: Open, mnist_dir: Path) -> None:
    page = visit("model=vae-mnist&view=draw")
    page.listen("encode")
    seen = set()
    for _ in range(3):
        page.page.evaluate("() => { window.heard = []; }")
        page.page.get_by_role("button", name="Held-out digit").click()
        pixels = np.array(encoded(page)["pixels"])
        words = page.page.locator(".origin").inner_text()
        row = int(words.split("eld-out digit ")[1].split(",")[0])
        assert pixels * 255 == pytest.approx(read_test_images(mnist_dir)[row].reshape(-1), abs=1e-3)
        shown = np.reshape(page.pixels(pad_of(page)), (28, 10, 28, 10)).mean(axis=(1, 3)).reshape(-1)
        assert np.corrcoef(shown, pixels)[0, 1] > 0.9
        seen.add(row)
    assert len(seen) > 1
    expect(page.page.get_by_role("button", name="Undo")).to_be_disabled()
    draw_by_mouse(page, SEVEN)  # it gives way to what is drawn
    drawn = np.reshape(page.pixels(pad_of(page)), (28, 10, 28, 10)).mean(axis=(1, 3)).reshape(-1)
    assert np.corrcoef(drawn, pixels)[0, 1] < 0.9
    expect(page.page.locator(".origin")).to_be_hidden()


def photographed(mnist_dir: Path, row: int) -> bytes:
    """A digit in dark ink on uneven paper, off its middle."""
    ink = Image.fromarray(read_test_images(mnist_dir)[row]).resize((140, 140), Image.Resampling.BICUBIC)
    paper = np.linspace(225, 180, 320)[:, None] + np.linspace(0, 20, 260)[None]
    paper[40:180, 90:230] -= np.asarray(ink, np.float64) / 255 * 150
    return jpeg(paper.clip(0, 255).astype(np.uint8))


def choose_file(visit: Visit, name: str, media_type: str, content: bytes) -> None:
    with visit.page.expect_file_chooser() as chooser:
        visit.page.get_by_role("button", name="Picture file").click()
    chooser.value.set_files({"name": name, "mimeType": media_type, "buffer": content})


def test_a_photographed_digit_is_cut_out_and_lands_near_its_class(
    visit: Open, shipped: Shipped, mnist_dir: Path
) -> None:
    page = visit("model=vae-mnist&view=draw")
    page.listen("encode")
    held_out = shipped("vae-mnist").held_out
    assert held_out.labels is not None
    for give, name in ((choose_file, "seven.jpg"), (drop_file, "dropped.jpg")):
        give(page, name, "image/jpeg", photographed(mnist_dir, 0))  # a seven
        said = encoded(page)
        assert np.corrcoef(said["pixels"], read_test_images(mnist_dir)[0].reshape(-1))[0, 1] > 0.9
        neighbours = np.argsort(np.linalg.norm(held_out.latents - np.array(said["latent"]), axis=1))[:25]
        assert np.bincount(held_out.labels[neighbours]).argmax() == 7
        expect(page.page.locator(".origin")).to_have_text(name)
        page.page.get_by_role("button", name="Clear").click()
        page.page.evaluate("() => { window.heard = []; }")


def drop_file(visit: Visit, name: str, media_type: str, content: bytes) -> None:
    """As a browser does when a file is dragged in from elsewhere."""
    transfer = visit.page.evaluate_handle(
        """([name, type, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([Uint8Array.from(bytes)], name, { type }));
            return transfer;
        }""",
        [name, media_type, list(content)],
    )
    for kind in ("dragenter", "dragover", "drop"):
        pad_of(visit).dispatch_event(kind, {"dataTransfer": transfer, "bubbles": True, "composed": True})


NO_DRAWINGS = [
    ("notes.txt", "text/plain", b"a seven", "notes.txt is no PNG or JPEG file"),
    ("broken.png", "image/png", b"\x89PNG\r\n\x1a\n....", "broken.png is no picture that can be read"),
    ("blank.png", "image/png", png(np.full((40, 40), 255, np.uint8)), "got a blank picture"),
]


def test_a_file_that_is_no_drawing_is_said_and_nothing_else_happens(visit: Open) -> None:
    page = visit("model=vae-mnist&view=draw", forgiven="422")
    for name, media_type, content, words in NO_DRAWINGS:
        drop_file(page, name, media_type, content)
        expect(page.page.get_by_role("status")).to_contain_text(words)
        expect(page.page.locator(".results")).to_be_hidden()
        expect(page.page.locator(".notice.failed")).to_have_count(0)
