"""The page and its modules over ASGI: what may be kept, what is asked for anew, and what a page may load at all."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from fastapi import FastAPI

from asking import ask, check_problem
from latentd.app import create_app
from latentd.explorer.routes import assets
from latentd.inference import Registry
from latentd.settings import Settings

ENTRY = "/explorer/latent-explorer.js"


@pytest.fixture
def app(registry: Registry) -> FastAPI:
    return create_app(Settings(), registry=registry)


def test_the_page_lets_nothing_in_from_elsewhere(app: FastAPI) -> None:
    answer = ask(app, "GET", "/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", answer.text)


def test_each_file_that_the_page_names_is_there_to_be_kept(app: FastAPI) -> None:
    names = re.findall(r'(?:href|src)="(explorer/[^"]+)"', ask(app, "GET", "/").text)
    assert sum(name.endswith(".js") for name in names) > len(assets().modules)
    for name in set(names):
        answer = ask(app, "GET", urljoin("/", name))
        assert answer.status_code == 200, name
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_the_entry_leads_to_the_present_build(app: FastAPI) -> None:
    entry = ask(app, "GET", ENTRY)
    assert entry.headers["content-type"] == "text/javascript; charset=utf-8"
    assert entry.headers["cache-control"] == "public, no-cache"
    target = re.findall(r'"(.+)"', entry.text)[0]
    assert ask(app, "GET", urljoin(ENTRY, target)).text == assets().files["element.js"].decode()


@pytest.mark.parametrize("path", ["/", ENTRY])
def test_what_may_change_is_given_again_only_when_it_has(app: FastAPI, path: str) -> None:
    tag = ask(app, "GET", path).headers["etag"]
    again = ask(app, "GET", path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert ask(app, "GET", path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_pages_of_any_origin_may_load_the_modules_but_not_the_page(app: FastAPI) -> None:
    for path in (ENTRY, f"/explorer/{assets().build}/element.js"):
        assert ask(app, "GET", path).headers["access-control-allow-origin"] == "*"
    for path in ("/", "/models"):
        assert "access-control-allow-origin" not in ask(app, "GET", path).headers


def test_a_page_from_before_an_update_gets_the_present_file_and_does_not_keep_it(app: FastAPI) -> None:
    answer = ask(app, "GET", "/explorer/0123456789abcdef/views/decode.js")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, no-cache"


@pytest.mark.parametrize("name", ["nothing.js", "index.html", "../routes.py", "vendor/lit-html/LICENSE", ""])
def test_there_is_nothing_else(app: FastAPI, name: str) -> None:
    check_problem(ask(app, "GET", f"/explorer/{assets().build}/{name}"), "path-not-found")


def test_the_explorer_is_no_part_of_the_described_api(app: FastAPI) -> None:
    assert not [path for path in ask(app, "GET", "/openapi.json").json()["paths"] if path.startswith("/explorer")]
