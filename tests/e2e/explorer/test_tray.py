"""The tray: what is pinned stays, goes, leads back to where it was, and is saved as files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from e2e.explorer.conftest import Open
from e2e.explorer.visit import Visit
from latentd.inference import Autoencoder

Shipped = Callable[[str], Autoencoder]


def tray(page: Visit) -> Locator:
    return page.page.get_by_role("region", name="Tray")


def pins(page: Visit) -> Locator:
    return tray(page).get_by_role("button", name="Pin ").and_(page.page.locator(".pin"))


def pin(page: Visit) -> None:
    tray(page).get_by_role("button", name="Pin", exact=True).click()
    expect(tray(page).get_by_role("button", name="Pinned")).to_be_disabled()


def saved(page: Visit, kind: str) -> bytes:
    with page.page.expect_download() as download:
        tray(page).get_by_role("button", name=kind).click()
    assert download.value.suggested_filename == f"latentd-tray.{kind.lower()}"
    return Path(download.value.path()).read_bytes()


@pytest.fixture
def two(visit: Open) -> Visit:
    """One of two dimensions is pinned, and one of 32."""
    page = visit("model=vae-mnist&at=0.5,-1.25")
    pin(page)
    page.choose_model("dae-mnist")
    page.wait_for_answers()
    pin(page)
    return page


def test_what_is_pinned_outlives_a_reload_and_leads_back(two: Visit, shipped: Shipped) -> None:
    two.page.reload()
    two.wait_until_ready()
    expect(pins(two)).to_have_count(2)
    expected = shipped("vae-mnist").decode(np.array([0.5, -1.25], np.float32))
    assert np.array(two.pixels(pins(two).first.locator("canvas"))) / 255 == pytest.approx(expected, abs=0.01)
    pins(two).first.click()
    expect(two.page.get_by_role("radio", name="vae-mnist")).to_have_attribute("aria-checked", "true")
    two.wait_until_ready()
    assert two.latent() == [0.5, -1.25]
    expect(tray(two).get_by_role("button", name="Pinned")).to_be_disabled()


def test_pins_are_removed_one_by_one_and_all_at_once(two: Visit) -> None:
    pins(two).first.press("Delete")
    expect(pins(two)).to_have_count(1)
    expect(pins(two).first).to_be_focused()
    pins(two).first.hover()
    tray(two).get_by_role("button", name="Remove pin 1").click()
    expect(tray(two)).to_contain_text("The tray is empty")
    pin(two)
    tray(two).get_by_role("button", name="Clear the tray").click()
    expect(tray(two)).to_contain_text("The tray is empty")
    two.page.reload()
    two.wait_until_ready()
    expect(pins(two)).to_have_count(0)


def test_numbers_are_saved_float_for_float(two: Visit, shipped: Shipped) -> None:
    found = json.loads(saved(two, "JSON"))["pins"]
    assert [(each["model"], each["version"], len(each["latent"])) for each in found] == [
        ("vae-mnist", 1, 2),
        ("dae-mnist", 1, 32),
    ]
    assert found[0]["latent"] == [0.5, -1.25]
    for each in found:
        expected = shipped(each["model"]).decode(np.array(each["latent"], np.float32))
        assert np.float32(each["output"]) == pytest.approx(expected, abs=1e-5)
    rows = list(csv.DictReader(saved(two, "CSV").decode().splitlines()))
    assert list(rows[0]) == ["model", "version", *(f"latent_{dim}" for dim in range(32))]
    assert [rows[0]["latent_1"], rows[0]["latent_2"]] == ["-1.25", ""]
    assert [float(rows[1][f"latent_{dim}"]) for dim in range(32)] == found[1]["latent"]


def test_pictures_are_saved_as_a_sheet(two: Visit, shipped: Shipped) -> None:
    sheet = Image.open(BytesIO(saved(two, "PNG"))).convert("L")
    ink = 1 - np.asarray(sheet.crop((16, 16, 156, 156)).resize((28, 28), Image.Resampling.BOX)) / 255
    expected = shipped("vae-mnist").decode(np.array([0.5, -1.25], np.float32)).reshape(28, 28)
    assert ink == pytest.approx(expected, abs=0.02)
    other = 1 - np.asarray(sheet.crop((172, 16, 312, 156)).resize((28, 28), Image.Resampling.BOX)) / 255
    assert other == pytest.approx(
        shipped("dae-mnist").decode(np.array(two.latent(), np.float32)).reshape(28, 28), abs=0.02
    )


def test_the_same_place_is_pinned_once(visit: Open) -> None:
    page = visit("model=vae-mnist&at=0.5,-1.25")
    pin(page)
    page.handle.press("ArrowRight")
    expect(tray(page).get_by_role("button", name="Pin", exact=True)).to_be_enabled()
    pins(page).first.click()
    expect(tray(page).get_by_role("button", name="Pinned")).to_be_disabled()
    expect(pins(page)).to_have_count(1)
