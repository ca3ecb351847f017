"""Chromium, driven by Playwright. A page that logs an error, breaks the policy or throws fails its test.

Pages share what a browser keeps of an address that never changes, so that the modules are loaded once; what pages
themselves keep is cleared after each test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from e2e.explorer.visit import COUNTED, Visit
from servers import PATIENCE, Server

CHROMIUM = "/usr/bin/chromium"
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 375, "height": 812}

Open = Callable[..., Visit]

expect.set_options(timeout=1000 * PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put these tests last: Playwright keeps an event loop running, beside which `asyncio.run` does not work."""
    items.sort(key=lambda item: Path(__file__).parent in item.path.parents)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; scripts/install-chromium brings it."""
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
        with suppress(Error):  # a page of no server keeps nothing
            page.evaluate("() => localStorage.clear()")
        page.close()
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def context_of(browser: Browser) -> Callable[[bool], BrowserContext]:
    """The desktop's context, or the phone's."""

    @cache
    def make(phone: bool) -> BrowserContext:
        context = browser.new_context(viewport=PHONE if phone else DESKTOP, has_touch=phone, is_mobile=phone)
        context.add_init_script(COUNTED)
        return context

    return make


@pytest.fixture
def opened(context_of: Callable[[bool], BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Open an address in a page of its own: `opened(url, phone=True, color_scheme="dark")`."""
    pages: list[Any] = []

    def open_page(url: str, *, phone: bool = False, forgiven: str | tuple[str, ...] = (), **media: Any) -> Page:
        manager = watched(context_of(phone), forgiven)
        page = manager.__enter__()
        pages.append(manager)
        page.emulate_media(**media)
        page.goto(url, wait_until="commit")
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
