"""Links: each view has one that restores it; back and forward go where they should."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from e2e.explorer.conftest import Open
from e2e.explorer.strokes import SEVEN
from e2e.explorer.visit import Visit, draw_by_mouse
from servers import Server

LINKS = [
    "model=ae-mnist&view=decode&at=1.5,2.25",
    "model=vae-mnist&view=draw&at=0.5,-1",
    "model=vae-mnist&view=adjust&at=0.5,-1&of=held-out-3",
    "model=vae-mnist&view=interpolate&at=0.5,-1&from=0,0&to=1,-2&steps=5&method=linear",
    "model=vae-mnist&view=sample&at=0.5,-1&seed=42&n=9",
]


def settled(page: Visit) -> str:
    """The address, once it says what is seen; it follows a moment later."""
    page.page.wait_for_function("() => location.hash.slice(1) === document.querySelector('latent-explorer').link")
    address: str = page.page.evaluate("() => location.hash.slice(1)")
    return address


@pytest.mark.parametrize("link", LINKS)
def test_a_link_restores_what_it_was_copied_from(visit: Open, link: str) -> None:
    page = visit(link)
    assert settled(page) == link


def test_a_link_is_followed_also_within_its_view(visit: Open) -> None:
    page = visit("model=vae-mnist&view=interpolate&from=held-out-3&to=held-out-10&steps=5&method=linear")
    ends, found = page.page.locator(".end .what"), page.page.locator(".column .strip button")
    expect(ends.first).to_contain_text("held-out digit 3")
    follow(page, "model=vae-mnist&view=interpolate&from=held-out-7&to=held-out-20&steps=7&method=linear")
    expect(ends.first).to_contain_text("held-out digit 7")
    expect(ends.last).to_contain_text("held-out digit 20")
    expect(page.page.get_by_role("group", name="The way, step by step").get_by_role("button")).to_have_count(7)
    follow(page, "model=vae-mnist&view=compare&with=ae-mnist&digit=held-out-42")
    expect(found).to_have_count(22)
    follow(page, "model=vae-mnist&view=compare&with=dae-mnist&digit=held-out-7&walk=digits&ends=held-out-1,held-out-2")
    expect(page.page.get_by_label("Right model").last).to_have_value("dae-mnist")
    expect(page.page.locator(".subject").first).to_contain_text("Held-out digit 7,")
    expect(page.page.get_by_label("Walk")).to_have_value("digits")
    page.wait_for_answers()
    assert "ends=held-out-1,held-out-2" in settled(page)


def follow(page: Visit, link: str) -> None:
    page.page.evaluate("link => { location.hash = link; }", link)


def test_what_is_adjusted_is_in_the_link(visit: Open) -> None:
    page = visit("model=vae-mnist&view=adjust&at=0.5,-1&of=held-out-3")
    expect(page.page.locator(".adjust .lead strong")).to_have_text(re.compile("^held-out digit 3,"))
    expect(page.page.get_by_role("button", name="Put all back")).to_be_enabled()
    page.page.get_by_role("button", name="Begin from here").click()
    assert settled(page) == "model=vae-mnist&view=adjust&at=0.5,-1&of=0.5,-1"


def test_a_model_that_is_not_wanted_any_more_is_not_shown(visit: Open) -> None:
    page = visit("model=vae-mnist&view=decode&at=0.5,-1", forgiven="404")
    status = page.page.get_by_role("status")
    follow(page, "model=nobody")
    expect(status).to_contain_text("no model is named")
    page.page.go_back()
    expect(status).to_have_text("")
    page.page.route("**/models/ae-mnist", lambda _: None)  # no answer comes
    page.choose_model_without_waiting("ae-mnist")
    expect(status).to_contain_text("Loading ae-mnist")
    follow(page, "model=vae-mnist&view=sample&at=0.5,-1&seed=1")
    expect(status).to_have_text("")
    expect(page.page.get_by_role("radio", name="vae-mnist", exact=True)).to_have_attribute("aria-checked", "true")


def test_back_and_forward_go_from_view_to_view_and_from_model_to_model(visit: Open) -> None:
    page = visit("model=vae-mnist&view=decode&at=0.5,-1")
    first = settled(page)
    page.open_view("Sample")
    page.handle.press("ArrowRight")
    second = settled(page)
    page.choose_model("ae-mnist")
    third = settled(page)
    assert "view=sample" in second
    assert second.split("at=")[1] != first.split("at=")[1]
    assert third.startswith("model=ae-mnist&view=sample")
    for go, expected in (("back", second), ("back", first), ("forward", second), ("forward", third)):
        page.page.go_back() if go == "back" else page.page.go_forward()
        model = expected.split("&")[0].removeprefix("model=")
        expect(page.page.get_by_role("radio", name=model, exact=True)).to_have_attribute("aria-checked", "true")
        view = "Sample" if "view=sample" in expected else "Decode"
        expect(page.page.get_by_role("tab", name=view)).to_have_attribute("aria-selected", "true")
        assert settled(page) == expected
        at = expected.split("at=")[1].split("&")[0]
        assert page.latent() == pytest.approx([float(value) for value in at.split(",")], rel=1e-4)


def test_a_link_leads_to_its_point_also_in_another_model_while_something_is_drawn(visit: Open) -> None:
    page = visit("model=vae-mnist&view=draw")
    page.listen("encode")
    draw_by_mouse(page, SEVEN)
    page.wait_for_answers()
    drawn = page.latent()
    link = "model=ae-mnist&view=decode&at=1.5,2.25"
    page.page.evaluate("link => { location.hash = link; }", link)
    page.page.wait_for_function("() => document.querySelector('latent-explorer').latent?.join() === '1.5,2.25'")
    page.wait_for_answers()
    assert page.heard()[-1]["detail"]["model"] == "ae-mnist"  # the drawing is encoded there too, and stays
    assert settled(page) == link
    page.open_view("Draw")
    expect(page.page.locator(".results")).to_be_visible()
    page.choose_model("vae-mnist")
    page.wait_for_answers()
    assert page.latent() == pytest.approx(drawn)  # nobody has said where to go but the drawing


def test_moving_the_handle_makes_no_steps_to_go_back_through(visit: Open) -> None:
    page = visit("model=vae-mnist")
    before = page.page.evaluate("() => history.length")
    for _ in range(3):
        page.handle.press("ArrowRight")
        settled(page)
    assert page.page.evaluate("() => history.length") == before


def test_the_link_is_copied_and_that_is_said(visit: Open, shipped_server: Server) -> None:
    page = visit("model=vae-mnist&view=decode&at=0.5,-1")
    page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.page.get_by_role("button", name="Copy link").click()
    expect(page.page.get_by_role("status")).to_have_text("Link copied.")
    copied = page.page.evaluate("() => navigator.clipboard.readText()")
    page.page.context.clear_permissions()
    assert copied == f"{shipped_server.url}/#model=vae-mnist&view=decode&at=0.5,-1"


def test_without_a_clipboard_the_link_is_there_to_be_copied_by_hand(visit: Open) -> None:
    page = visit("model=vae-mnist&view=decode&at=0.5,-1")
    page.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.page.get_by_role("button", name="Copy link").click()
    field = page.page.get_by_label("Copy the link from here")
    expect(field).to_be_focused()
    assert field.input_value().endswith("/#model=vae-mnist&view=decode&at=0.5,-1")
    field.press("Escape")
    expect(field).to_have_count(0)
