"""The server goes, comes back, is busy, or has no such model: it is said, tried again, and recovered from."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from e2e.conftest import SHIPPED
from e2e.explorer.visit import Visit
from servers import Server, serving

REFUSED = "net::ERR_"


@pytest.fixture
def port() -> int:
    """One that is free."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        number: int = holder.getsockname()[1]
        return number


@pytest.fixture
def serve(tmp_path: Path, port: int) -> Callable[[], Any]:
    """A server of the shipped models, each time on the same port."""
    return lambda: serving(SHIPPED, tmp_path / "log", options=("--port", str(port)))


def test_the_server_is_killed_and_comes_back(serve: Callable[[], Any], opened: Callable[..., Page]) -> None:
    with serve() as server:
        visit = Visit(opened(f"{server.url}/#model=vae-mnist", forgiven=REFUSED))
        visit.wait_until_ready()
        server.process.kill()
        server.process.wait()
    at = visit.middle_of_handle()
    visit.drag(at, (at[0] - 60, at[1]))
    expect(visit.page.locator(".notice")).to_contain_text("The server does not answer. Trying again")
    latent = visit.latent()
    with serve():
        visit.page.get_by_role("button", name="Try now").click()
        expect(visit.page.locator(".notice")).to_contain_text("The server answers again")
        visit.wait_for_picture()
        assert visit.latent() == latent
        expect(visit.page.locator(".notice")).to_have_count(0)


def test_a_page_that_came_before_its_server_begins_when_it_is_there(
    shipped_server: Server, opened: Callable[..., Page]
) -> None:
    page = opened("about:blank", forgiven=REFUSED)
    page.route("**/models", lambda route: route.abort())
    page.goto(shipped_server.url)
    expect(page.locator(".notice")).to_contain_text("does not answer")
    page.unroute("**/models")
    Visit(page).wait_until_ready()


def test_a_busy_server_is_asked_again_when_it_has_said(shipped_server: Server, opened: Callable[..., Page]) -> None:
    visit = Visit(opened(f"{shipped_server.url}/#model=vae-mnist", forgiven="503"))
    visit.wait_until_ready()
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.fulfill(status=503, headers={"Retry-After": "1"}, content_type="application/problem+json", body="{}")

    visit.page.route("**/decode*", refuse)
    visit.handle.focus()
    visit.page.keyboard.press("ArrowUp")
    expect(visit.page.locator(".notice")).to_contain_text("The server is busy")
    visit.page.unroute("**/decode*")
    visit.wait_for_picture()
    assert refused


def test_a_model_that_is_not_there_is_said_and_others_are_offered(
    shipped_server: Server, opened: Callable[..., Page]
) -> None:
    page = opened(f"{shipped_server.url}/#model=nothing", forgiven="404")
    expect(page.locator(".notice")).to_contain_text("nothing")
    page.get_by_role("button", name="Open vae-mnist").click()
    Visit(page).wait_until_ready()


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """Waiting is for nothing longer than a recovery."""
    expect.set_options(timeout=10_000)
    yield
    expect.set_options(timeout=5_000)
