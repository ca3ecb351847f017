"""The element on a page of another origin: attributes, events, methods, its look, and what the other page cannot do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from e2e.explorer.visit import Visit
from latentd.inference import Autoencoder
from servers import Server, serving

REPOSITORY = Path(__file__).parents[3]
DEMO = (REPOSITORY / "docs" / "explorer-demo.html").read_text("utf-8")
ADDRESS = "http://127.0.0.1:8000"
EMBEDDING = """<!doctype html><html lang="en"><title>Host</title><link rel="icon" href="data:,">
<script type="module" src="{server}/explorer/latent-explorer.js"></script>
<latent-explorer server="{server}" model="vae-mnist" {attributes}></latent-explorer>
{rest}"""

UNREAD = ("blocked by CORS policy", "Failed to load resource")  # what the browser itself says

Publish = Callable[[str], str]
Shipped = Callable[[str], Autoencoder]
PAGES = count()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """A site of another origin, as `python -m http.server` serves it: its origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def open_server(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """latentd that lets the site's pages ask."""
    log = tmp_path_factory.mktemp("open") / "log"
    with serving(REPOSITORY / "models", log, {"LATENTD_CORS_ORIGINS": site}) as server:
        yield server


@pytest.fixture
def publish(folder: Path, site: str) -> Publish:
    """Put a page on the site; its address. Each has its own: the browser would take two of one second for the same."""

    def write(page: str) -> str:
        name = f"page-{next(PAGES)}.html"
        (folder / name).write_text(page, "utf-8")
        return f"{site}/{name}"

    return write


@pytest.fixture
def embed(opened: Callable[..., Page], open_server: Server, publish: Publish) -> Callable[..., Visit]:
    def show(attributes: str = "", rest: str = "", **options: Any) -> Visit:
        page = EMBEDDING.format(server=open_server.url, attributes=attributes, rest=rest)
        visit = Visit(opened(publish(page), **options))
        visit.wait_until_ready()
        return visit

    return show


def test_the_demo_page_works(
    opened: Callable[..., Page], open_server: Server, publish: Publish, shipped: Shipped
) -> None:
    page = Visit(opened(publish(DEMO.replace(ADDRESS, open_server.url))))
    page.wait_until_ready()
    page.handle.press("ArrowRight")
    expect(page.page.locator("#heard")).to_have_text("vae-mnist at {:.2f}, {:.2f}".format(*page.latent()))
    page.page.get_by_role("button", name="Decode the origin").click()
    model = shipped("vae-mnist")
    output = model.decode(np.zeros(2, np.float32))
    told = "784 values, {:.1f} % ink; encoded again: {:.2f}, {:.2f}"
    expect(page.page.locator("#told")).to_have_text(told.format(100 * output.mean(), *model.encode(output)))
    assert page.page.get_by_role("tab").all_inner_texts() == ["Decode", "Sample"]
    expect(page.page.locator(".frame")).to_have_css("font-family", "Georgia, serif")
    expect(page.page.locator("latent-explorer")).to_have_css("background-color", "rgb(246, 231, 211)")
    assert page.page.evaluate("() => location.hash") == ""


def test_events_bubble_out_of_shadow_trees_and_say_what_happened(embed: Callable[..., Visit]) -> None:
    page = embed()
    page.page.evaluate("""() => {
        window.heard = [];
        for (const type of ["latentchange", "decode", "encode"])
            document.addEventListener(type, event => window.heard.push([type, event.composed, event.detail.model,
                Object.entries(event.detail).map(([name, value]) => `${name} ${value.length ?? typeof value}`)]));
    }""")
    page.handle.press("ArrowRight")
    page.page.wait_for_function("() => window.heard.length >= 2")
    assert page.page.evaluate("() => window.heard") == [
        ["latentchange", True, "vae-mnist", ["model 9", "latent 2"]],
        ["decode", True, "vae-mnist", ["model 9", "latent 2", "output 784"]],
    ]


def test_methods_give_what_the_model_gives_or_the_reason(embed: Callable[..., Visit], shipped: Shipped) -> None:
    page = embed(forgiven="Failed to load resource")
    model = shipped("vae-mnist")
    latents = [[0.5, -1.0], [1.0, 0.25]]
    outputs = page.element.evaluate("async (element, rows) => [...await element.decode(rows.flat())]", latents)
    expected = model.decode(np.array(latents, np.float32))
    assert np.reshape(outputs, (2, 784)) == pytest.approx(expected, abs=1e-5)
    found = page.element.evaluate("async (element, row) => [...await element.encode(row)]", expected[0].tolist())
    assert found == pytest.approx(model.encode(expected[0]).tolist(), abs=1e-4)
    refusal = page.element.evaluate("element => element.decode([1, 2, 3]).catch(error => [error.name, error.status])")
    assert refusal[0] == "ProblemError"
    assert 400 <= refusal[1] < 500


def test_attributes_change_what_is_shown(embed: Callable[..., Visit]) -> None:
    page = embed('views="map sample" theme="light"')
    assert page.page.get_by_role("tab").all_inner_texts() == ["Sample"]
    page.element.evaluate("element => element.setAttribute('model', 'dae-mnist')")
    page.page.wait_for_function("() => document.querySelector('latent-explorer').latent?.length === 32")
    paper = "element => getComputedStyle(element).backgroundColor"
    light = page.element.evaluate(paper)
    page.element.evaluate("element => element.setAttribute('theme', 'dark')")
    assert page.element.evaluate(paper) != light
    page.element.evaluate("element => element.setAttribute('views', 'decode')")
    expect(page.page.get_by_role("tab", name="Decode")).to_be_visible()
    expect(page.map).to_have_count(0)


def test_a_key_is_sent_and_stands_nowhere(opened: Callable[..., Page], open_server: Server, publish: Publish) -> None:
    rest = "<script>document.querySelector('latent-explorer').apiKey = 'very secret';</script>"  # before it is defined
    address = publish(EMBEDDING.format(server=open_server.url, attributes="", rest=rest))
    page = opened("about:blank")
    asked: list[tuple[str, str | None]] = []
    page.on("request", lambda request: asked.append((request.url, request.headers.get("authorization"))))
    page.goto(address)
    Visit(page).wait_until_ready()
    keys = {key for url, key in asked if "/explorer/" not in url and not url.endswith((".html", ".ico"))}
    assert keys == {"Bearer very secret"}
    assert "secret" not in page.locator("latent-explorer").evaluate("element => element.outerHTML + element.link")


def test_a_latent_may_be_set_before_there_is_a_model(embed: Callable[..., Visit]) -> None:
    for when in ("", "await customElements.whenDefined('latent-explorer');"):  # before the module has loaded, and after
        rest = f"<script type='module'>{when} document.querySelector('latent-explorer').latent = [0.5, -1];</script>"
        assert embed(rest=rest.replace("type='module'", "type='module'" if when else "")).latent() == [0.5, -1]


def test_the_pages_own_rules_stay_outside(embed: Callable[..., Visit]) -> None:
    measure = """() => {
        const root = document.querySelector("latent-explorer").shadowRoot;
        const names = ["color", "font", "letterSpacing", "textTransform", "textAlign", "padding", "cursor"];
        return ["h2", ".tabs button", ".lead", ".found", "dt"].map(selector =>
            names.map(name => getComputedStyle(root.querySelector(selector))[name]).join());
    }"""
    plain = embed('theme="light"').page.evaluate(measure)
    rules = """<style>
        body { font: italic 30px/3 serif; color: red; letter-spacing: 5px; text-transform: uppercase; text-align: right;
               cursor: help; word-spacing: 9px; visibility: visible; }
        * , button, h2, p, dt { color: red !important; padding: 33px; letter-spacing: 5px; font-size: 40px; }
        latent-explorer { height: 680px; padding: 0 !important; }
    </style>"""
    assert embed('theme="light"', rules).page.evaluate(measure) == plain


def test_custom_properties_restyle_it(embed: Callable[..., Visit]) -> None:
    properties = {"accent": "rgb(0, 100, 50)", "surface": "rgb(250, 240, 250)", "ink": "rgb(60, 0, 60)"}
    rules = "".join(f"--latent-explorer-{name}: {value};" for name, value in properties.items())
    page = embed('theme="light"', f"<style>latent-explorer {{ {rules} --latent-explorer-radius: 3px; }}</style>")
    expect(page.page.locator(".handle .knob")).to_have_css("border-color", properties["accent"])
    expect(page.page.locator(".side")).to_have_css("background-color", properties["surface"])
    expect(page.page.get_by_role("heading", level=2)).to_have_css("color", properties["ink"])
    expect(page.page.locator(".side")).to_have_css("border-radius", "3px")


def test_without_cors_it_says_what_to_set(
    opened: Callable[..., Page], shipped_server: Server, publish: Publish, site: str
) -> None:
    address = publish(EMBEDDING.format(server=shipped_server.url, attributes="", rest=""))
    page = opened(address, forgiven=UNREAD)
    notice = page.get_by_role("status")
    expect(notice).to_contain_text("does not let this page read its answers")
    expect(notice).to_contain_text(f"LATENTD_CORS_ORIGINS={site}")
    expect(notice.get_by_role("button", name="Try now")).to_be_visible()


def test_a_server_that_is_not_there_is_told_apart(
    opened: Callable[..., Page], open_server: Server, publish: Publish
) -> None:
    attributes = EMBEDDING.replace('server="{server}"', 'server="http://127.0.0.1:9"')
    page = opened(publish(attributes.format(server=open_server.url, attributes="", rest="")), forgiven=UNREAD)
    expect(page.get_by_role("status")).to_contain_text("127.0.0.1:9 does not answer.")
