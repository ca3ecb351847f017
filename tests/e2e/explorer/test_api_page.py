"""The API page in a browser: under its policy, and where the server asks for keys, with the visitor's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from latentd.security.keys import Key, KeysFile, new_token
from servers import Server, serving

REFUSED = "401 (Unauthorized)"
TOKEN = new_token()


@pytest.fixture(scope="module")
def guarded(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("guarded")
    KeysFile(folder / "keys").add(Key.of(TOKEN, "visitor", ["infer"]))
    settings = {"LATENTD_API_KEYS_FILE": str(folder / "keys"), "LATENTD_DEFAULT_MODEL": "toy"}
    with serving(models_folder, folder / "log", settings) as server:
        yield server


def test_it_draws_itself_under_its_policy(opened: Callable[..., Page], server: Server) -> None:
    page = opened(f"{server.url}/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    expect(page.locator("#key")).to_be_hidden()


def test_a_visitor_gives_a_key_once_and_asks_with_it(opened: Callable[..., Page], guarded: Server) -> None:
    page = opened(f"{guarded.url}/docs", forgiven=REFUSED)
    key = page.get_by_label("API key")
    expect(key).to_be_focused()
    key.fill("wrong")
    key.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not known here")
    key.fill(TOKEN)
    key.press("Enter")
    encode = page.locator("#operations-codes-encode")
    encode.click()
    encode.get_by_role("button", name="Try it out").click()
    encode.get_by_role("button", name="Execute").click()
    expect(encode.locator(".live-responses-table td.response-col_status").nth(1)).to_contain_text("200")
    page.reload()
    expect(page.locator(".opblock").first).to_be_visible()
    assert TOKEN not in page.url
