"""The server is gone and back, busy, or without the model: it is said, tried again, and recovered from."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect
from playwright.sync_api import TimeoutError as PatienceError

from e2e.explorer.conftest import Open
from e2e.explorer.visit import Visit
from latentd.inference import Autoencoder
from servers import serving

SHIPPED = Path(__file__).parents[3] / "models"
NOT_LOADED = "Failed to load resource"

NOTE_FAILURES = """() => {
    window.failed = [];
    const ask = window.fetch;
    window.fetch = (...question) => {
        const asked = performance.now();
        return ask(...question).catch(error => {
            window.failed.push(asked);
            throw error;
        });
    };
}"""
PAUSES = """() => {
    // In milliseconds; what was asked at the same time as the first that found nobody fails with it.
    const pauses = window.failed.slice(1).map((asked, at) => asked - window.failed[at]).filter(pause => pause > 100);
    return pauses.length >= 4 && pauses.slice(0, 4);
}"""

Shipped = Callable[[str], Autoencoder]


def test_a_server_that_was_killed_is_waited_for(opened: Callable[..., Page], shipped: Shipped, tmp_path: Path) -> None:
    with serving(SHIPPED, tmp_path / "first") as server:
        page = Visit(opened(f"{server.url}/#model=vae-mnist", forgiven=NOT_LOADED))
        page.wait_until_ready()
        page.page.evaluate("() => { window.same = true; }")
        page.page.evaluate(NOTE_FAILURES)
        server.process.kill()
        server.process.wait()
        page.handle.press("Shift+ArrowLeft")
        status = page.page.get_by_role("status")
        expect(status).to_contain_text("The server does not answer.")
        expect(status).to_contain_text("Trying again")
        pauses = page.page.wait_for_function(PAUSES).json_value()
        assert all(pause >= 250 * 2**number for number, pause in enumerate(pauses)), pauses  # ever longer ones
        page.handle.press("Shift+ArrowLeft")
    with serving(SHIPPED, tmp_path / "second", options=["--port", str(server.port)]):
        with suppress(PatienceError):  # it may have tried by itself a moment before
            page.page.get_by_role("button", name="Try now").click(timeout=2000)
        expect(status).to_have_text(re.compile("^(The server answers again.)?$"))
        page.wait_for_answers()
        shown = np.array(page.pixels(page.picture)) / 255
        assert shown == pytest.approx(shipped("vae-mnist").decode(np.array(page.latent(), np.float32)), abs=0.01)
        expect(status).to_have_text("")
        assert page.page.evaluate("() => window.same")  # without a reload


def test_it_comes_back_by_itself(opened: Callable[..., Page], tmp_path: Path) -> None:
    with serving(SHIPPED, tmp_path / "first") as server:
        page = Visit(opened(f"{server.url}/#model=vae-mnist", forgiven=NOT_LOADED))
        page.wait_until_ready()
    page.choose_model_without_waiting("ae-mnist")
    expect(page.page.get_by_role("status")).to_contain_text("does not answer")
    with serving(SHIPPED, tmp_path / "second", options=["--port", str(server.port)]):
        expect(page.page.get_by_role("status")).to_have_text("", timeout=12_000)
        page.page.wait_for_function("() => document.querySelector('latent-explorer').link.includes('model=ae-mnist')")


def test_a_busy_server_is_asked_again_when_it_says(visit: Open) -> None:
    page = visit("model=vae-mnist", forgiven=NOT_LOADED)
    asked: list[float] = []

    def refuse(route: Route) -> None:
        asked.append(time.monotonic())
        if len(asked) > 1:
            route.continue_()
        else:
            route.fulfill(status=503, headers={"Retry-After": "2"}, json={"title": "Busy"})

    page.page.route("**/sample?*", refuse)
    page.open_view("Sample")
    status = page.page.get_by_role("status")
    expect(status).to_contain_text("The server is busy.")
    expect(status).to_contain_text("in 2 s")
    expect(page.page.locator(".drawn")).to_have_count(16)
    assert 1.9 <= asked[1] - asked[0] <= 3
    expect(status).to_have_text("The server answers again.")


def test_a_model_that_is_not_there_leads_to_those_that_are(visit: Open, opened: Callable[..., Page]) -> None:
    page = visit("model=vae-mnist", forgiven=NOT_LOADED)
    page.page.evaluate("() => { location.hash = 'model=nobody'; }")
    status = page.page.get_by_role("status")
    expect(status).to_contain_text("no model is named 'nobody'")
    status.get_by_role("button", name="Open dae-mnist").click()
    page.wait_until_ready()
    assert len(page.latent()) == 32
    other = Visit(opened(page.page.url.split("#")[0] + "#model=nobody", forgiven=NOT_LOADED))
    other.page.get_by_role("status").get_by_role("button", name="Open vae-mnist").click()
    other.wait_until_ready()
    assert len(other.latent()) == 2
