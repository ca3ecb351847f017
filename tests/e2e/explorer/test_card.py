"""The model's card: one click away, and away again."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from playwright.sync_api import Locator, expect

from e2e.explorer.conftest import Open
from e2e.explorer.visit import Visit
from latentd.inference import Autoencoder
from servers import Server

Shipped = Callable[[str], Autoencoder]


def opened_card(page: Visit) -> Locator:
    page.page.get_by_role("button", name="Model card").click()
    dialog = page.page.get_by_role("dialog", name="vae-mnist")
    expect(dialog).to_be_visible()
    return dialog


def test_it_tells_the_layers_and_the_metrics_shows_the_figures_and_leads_to_the_whole_card(
    visit: Open, shipped: Shipped, shipped_server: Server
) -> None:
    page = visit("model=vae-mnist")
    dialog = opened_card(page)
    manifest = shipped("vae-mnist").manifest
    for layer in manifest.layers:
        row = dialog.get_by_role("row").filter(has_text=layer.name).filter(has_text=f"{layer.parameters:,}")
        expect(row.first).to_be_visible()
    expect(dialog.get_by_role("row", name="All")).to_contain_text("1,068,820")
    expect(dialog.locator(".metrics > div")).to_have_count(len(manifest.metrics))
    for metric in manifest.metrics:
        expect(dialog).to_contain_text(metric.definition)
    images = dialog.get_by_role("img").all()
    assert len(images) == 6  # the layers, and five figures of the card
    for image in images:
        page.page.wait_for_function("image => image.complete && image.naturalWidth > 100", arg=image.element_handle())
    link = dialog.get_by_role("link", name="The full model card").get_attribute("href")
    assert link == f"{shipped_server.url}/models/vae-mnist/card?version=1"
    assert httpx.get(link).is_success


def test_escape_or_a_click_beside_it_closes_it_and_the_focus_goes_back(visit: Open) -> None:
    page = visit("model=vae-mnist")
    dialog = opened_card(page)
    inside = """() => {
        const root = document.querySelector("latent-explorer").shadowRoot;
        return !root.activeElement || root.querySelector("dialog").contains(root.activeElement);
    }"""
    for _ in range(6):
        page.page.keyboard.press("Tab")
        assert page.page.evaluate(inside)
    page.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.page.get_by_role("button", name="Model card")).to_be_focused()
    opened_card(page)
    page.page.mouse.click(20, 400)
    expect(dialog).to_be_hidden()


def test_a_link_opens_it_and_back_closes_it(visit: Open) -> None:
    page = visit("model=vae-mnist&view=decode&card=open")
    expect(page.page.get_by_role("dialog", name="vae-mnist")).to_be_visible()
    page.page.get_by_role("button", name="Close").click()
    dialog = opened_card(page)
    page.page.wait_for_function("() => location.hash.includes('card=open')")
    page.page.go_back()
    expect(dialog).to_be_hidden()
    page.page.go_forward()
    expect(dialog).to_be_visible()


def test_it_fills_a_phone_and_no_more(visit: Open) -> None:
    page = visit("model=vae-mnist", phone=True)
    box = opened_card(page).bounding_box()
    assert box
    assert (box["width"], box["height"]) == (375, 812)
    assert page.page.evaluate("() => document.documentElement.scrollWidth") == 375
