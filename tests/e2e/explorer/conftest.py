"""Chromium, driven by Playwright. A page that logs an error, breaks the policy or throws fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright

from e2e.explorer.visit import Visit
from servers import Server

CHROMIUM = "/usr/bin/chromium"
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 375, "height": 812}

Open = Callable[..., Visit]


@pytest.fixture(scope="module")  # Playwright's event loop runs while it lives: other modules' asyncio.run would fail
def browser() -> Iterator[Browser]:
    """One browser for the tests of a module; scripts/install-chromium brings it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield chromium
        chromium.close()


@contextmanager
def watched(context: BrowserContext, forgiven: str | tuple[str, ...] = ()) -> Iterator[Page]:
    """A page whose console stays clean; lines that hold what is `forgiven` are expected."""
    words = (forgiven,) if isinstance(forgiven, str) else forgiven
    faults: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(word in message.text for word in words):
            faults.append(f"{message.type}: {message.text}")

    page = context.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: faults.append(f"thrown: {error}"))
    try:
        yield page
    finally:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address in a context of its own: `opened(url, phone=True, color_scheme="dark")`."""
    pages: list[Any] = []

    def open_page(url: str, *, phone: bool = False, forgiven: str | tuple[str, ...] = (), **options: Any) -> Page:
        screen = PHONE if phone else DESKTOP
        context = browser.new_context(viewport=screen, has_touch=phone, is_mobile=phone, **options)
        manager = watched(context, forgiven)
        pages.append(manager)
        page = manager.__enter__()
        page.goto(url)
        return page

    yield open_page
    for manager in pages:
        manager.__exit__(None, None, None)


@pytest.fixture
def visit(opened: Callable[..., Page], shipped_server: Server) -> Open:
    """Visit the explorer of the shipped models: `visit("model=vae-mnist", phone=True)`; it is ready."""

    def open_explorer(link: str = "", **options: Any) -> Visit:
        visit = Visit(opened(f"{shipped_server.url}/#{link}", **options))
        visit.wait_until_ready()
        return visit

    return open_explorer
