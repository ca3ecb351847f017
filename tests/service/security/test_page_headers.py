"""What browsers are told: pages run nothing from elsewhere, drawings run nothing at all, and no frame holds either."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI

from asking import ask
from latentd.app import create_app
from latentd.inference import Registry
from latentd.settings import Settings

PAGES = ["/", "/docs", "/models/toy/card"]
INLINE = r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:\w+\(\d\)\""


@pytest.fixture(scope="module")
def app(registry: Registry) -> FastAPI:
    return create_app(Settings(), registry=registry)


def policy_of(app: FastAPI, path: str) -> dict[str, str]:
    parts = ask(app, "GET", path).headers["content-security-policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_lets_in_nothing_inline_and_nothing_from_elsewhere(app: FastAPI, path: str) -> None:
    policy = policy_of(app, path)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert not any("unsafe" in value or "*" in value or "http" in value for value in policy.values())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_nothing_inline(app: FastAPI, path: str) -> None:
    assert not re.search(INLINE, ask(app, "GET", path).text)


def test_a_drawing_is_sandboxed(app: FastAPI) -> None:
    policy = policy_of(app, "/models/toy/architecture.svg")
    assert policy["default-src"] == "'none'"
    assert "script-src" not in policy
    assert policy["sandbox"] == ""


@pytest.mark.parametrize("path", [*PAGES, "/models", "/models/toy/card/loss.png", "/docs/pages/docs.js", "/nowhere"])
def test_answers_are_what_they_say_and_addresses_stay_here(app: FastAPI, path: str) -> None:
    headers = ask(app, "GET", path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers
