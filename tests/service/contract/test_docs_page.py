"""/docs works with no internet: everything on it comes from this server."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import pytest

PAGE = "/docs"


class References(HTMLParser):
    """Every src, href and the like in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href", "action", "data", "srcset")]


@pytest.fixture(scope="module")
def references(client: httpx.Client) -> list[str]:
    return References(client.get(PAGE).text).found


def test_the_page_is_html(client: httpx.Client) -> None:
    answer = client.get(PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "{problems}" not in answer.text


def test_whatever_the_page_names_is_on_this_server(client: httpx.Client, references: list[str]) -> None:
    assert references
    for reference in references:
        assert not re.match(r"\w+:|//", reference), reference
        assert client.get(httpx.URL(PAGE).join(reference)).status_code == 200, reference


def test_styles_and_scripts_of_ours_name_nothing_elsewhere(client: httpx.Client, references: list[str]) -> None:
    for reference in references:
        if reference.endswith(".css") or reference.startswith("docs/pages/"):
            text = client.get(f"/{reference}").text
            assert not re.search(r"url\(['\"]?(https?:)?//|@import|https?://(?!www\.w3\.org)", text), reference


def test_the_page_asks_no_validator_elsewhere(client: httpx.Client) -> None:
    assert "validatorUrl: null" in client.get("/docs/pages/docs.js").text
