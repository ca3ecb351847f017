"""A server that asks for keys: the visitor is asked for one, and what was refused goes on with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.explorer.test_accessibility import violations
from e2e.explorer.visit import Visit
from latentd.security.keys import Key, KeysFile, new_token
from servers import Server, serving

SHIPPED = Path(__file__).parents[3] / "models"
REFUSED = ("401 (Unauthorized)", "403 (Forbidden)")
TOKEN, WEAK = new_token(), new_token()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> KeysFile:
    file = KeysFile(tmp_path_factory.mktemp("keys") / "keys")
    file.add(Key.of(TOKEN, "visitor", ["infer"]))
    file.add(Key.of(WEAK, "monitor", ["metrics"]))
    return file


@pytest.fixture(scope="module")
def guarded(file: KeysFile) -> Iterator[Server]:
    settings = {"LATENTD_API_KEYS_FILE": str(file.path)}
    with serving(SHIPPED, file.path.with_name("log"), settings) as server:
        yield server


def prompt(page: Page) -> Locator:
    return page.get_by_label("API key")


def give(page: Page, key: str) -> None:
    prompt(page).fill(key)
    prompt(page).press("Enter")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_visitor_gives_a_key_and_sees_what_the_link_leads_to(
    opened: Callable[..., Page], guarded: Server, phone: bool
) -> None:
    link = "model=vae-mnist&view=sample&at=0.5,-1&seed=7&n=4"
    page = opened(f"{guarded.url}/#{link}", phone=phone, color_scheme="dark", forgiven=REFUSED)
    status = page.get_by_role("status")
    expect(status).to_contain_text("This server asks for a key")
    assert violations(page) == []
    for key, words in (("wrong", "does not know this key"), (WEAK, "does not open the models")):
        give(page, key)
        expect(status).to_contain_text(words)
        expect(prompt(page)).to_be_focused()
    expect(status.get_by_role("button", name="Open")).to_be_in_viewport(ratio=1)
    give(page, f" {TOKEN} ")
    visit = Visit(page)
    visit.wait_until_ready()
    expect(page.get_by_role("group", name="Samples").locator("button.picture")).to_have_count(4)
    assert visit.element.evaluate("element => element.link") == link
    assert TOKEN not in page.url + visit.element.evaluate("element => element.outerHTML")
    page.reload()  # it is kept with the tab
    visit.wait_until_ready()


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_key_that_is_revoked_is_asked_for_again_and_nothing_is_lost(
    opened: Callable[..., Page], guarded: Server, phone: bool
) -> None:
    page = opened(f"{guarded.url}/#model=vae-mnist&view=sample&seed=7&n=4", phone=phone, forgiven=REFUSED)
    give(page, TOKEN)
    visit = Visit(page)
    visit.wait_until_ready()
    visit.element.evaluate("element => { element.apiKey = 'another'; }")
    page.get_by_label("Pictures").select_option("9")
    for part in (page.get_by_role("status").locator("form"), page.get_by_role("button", name="Open", exact=True)):
        expect(part).to_be_in_viewport(ratio=1)
        inside = "node => node.scrollHeight <= node.clientHeight + 1"
        assert part.evaluate(inside)  # nothing hangs out of it
    give(page, TOKEN)
    expect(page.get_by_role("group", name="Samples").locator("button.picture")).to_have_count(9)
    expect(prompt(page)).to_have_count(0)
    output = visit.element.evaluate("async element => (await element.decode([0.5, -1])).length")
    assert output == 784


def test_another_server_is_not_shown_what_was_typed_for_this_one(opened: Callable[..., Page], guarded: Server) -> None:
    page = opened(f"{guarded.url}/", forgiven=REFUSED)
    give(page, TOKEN)
    visit = Visit(page)
    visit.wait_until_ready()
    assert visit.element.evaluate("element => element.apiKey") == TOKEN
    visit.element.evaluate("element => element.setAttribute('views', 'map')")
    visit.wait_until_ready()  # the same server: it is not asked for again
    visit.element.evaluate("element => element.setAttribute('server', '/elsewhere/')")
    assert visit.element.evaluate("element => element.apiKey") is None
