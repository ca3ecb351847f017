"""The element on a page of another origin: two lines, events, methods, properties; and its styles stay inside."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import SHIPPED
from e2e.explorer.visit import Visit
from latentd.inference import Autoencoder
from servers import Server, serving

DOCS = Path(__file__).parents[3] / "docs"
ADDRESS = "http://127.0.0.1:8000"
STRICT = "default-src 'none'; script-src 'self' {server}; style-src 'self'; connect-src {server}; img-src blob: data:"


class Site(SimpleHTTPRequestHandler):
    """The demo page under a policy of its own, asking `server` in the place of the address that it names."""

    server_address_asked = ""

    def do_GET(self) -> None:
        content = (Path(self.directory) / self.path.lstrip("/")).read_text("utf-8").replace(ADDRESS, self.asked)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path))
        self.send_header("Content-Security-Policy", STRICT.format(server=self.asked))
        self.end_headers()
        self.wfile.write(content.encode())

    @property
    def asked(self) -> str:
        return type(self).server_address_asked

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@pytest.fixture(scope="module")
def site() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), partial(Site, directory=str(DOCS))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def asked(site: HTTPServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that lets the site's pages ask."""
    settings = {"LATENTD_CORS_ORIGINS": f"http://127.0.0.1:{site.server_port}"}
    with serving(SHIPPED, tmp_path_factory.mktemp("embedding") / "log", settings) as server:
        Site.server_address_asked = server.url
        yield server


@pytest.fixture
def demo(site: HTTPServer, asked: Server, opened: Callable[..., Page]) -> Visit:
    assert Site.server_address_asked == asked.url
    visit = Visit(opened(f"http://127.0.0.1:{site.server_port}/embed-demo.html"))
    visit.wait_until_ready()
    return visit


def test_the_demo_page_shows_it_and_hears_from_it(demo: Visit) -> None:
    at = demo.middle_of_handle()
    demo.drag(at, (at[0] - 60, at[1] + 30))
    numbers = ", ".join(f"{value:.2f}" for value in demo.latent())
    expect(demo.page.locator("#said")).to_have_text(f"vae-mnist: {numbers}")


def test_styles_of_the_page_stay_outside_and_properties_reach_in(demo: Visit) -> None:
    tab = demo.page.get_by_role("tab", name="Decode")
    expect(tab).to_have_css("font-size", "14px")
    expect(tab).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(demo.page.locator(".knob")).to_have_css("border-top-color", "rgb(138, 43, 107)")


def test_its_methods_encode_and_decode(demo: Visit, shipped: Callable[[str], Autoencoder]) -> None:
    model = shipped("vae-mnist")
    output = demo.element.evaluate("async element => [...await element.decode([0.5, -1])]")
    assert output == pytest.approx(model.decode(np.array([0.5, -1], np.float32)), abs=1e-5)
    latent = demo.element.evaluate("async (element, pixels) => [...await element.encode(pixels)]", output)
    assert latent == pytest.approx(model.encode(np.array(output, np.float32)), abs=1e-4)


def test_attributes_choose_the_model_the_views_and_the_theme(demo: Visit) -> None:
    demo.element.evaluate("element => element.setAttribute('model', 'dae-mnist')")
    expect(demo.page.get_by_role("heading", name="32 numbers become a picture")).to_be_visible()
    demo.element.evaluate("element => element.setAttribute('theme', 'dark')")
    expect(demo.element).to_have_css("color", "rgb(233, 235, 240)")
    demo.element.evaluate("element => element.setAttribute('views', 'draw')")
    expect(demo.page.get_by_role("tab")).to_have_text(["Draw"])
    expect(demo.map).to_be_hidden()
    demo.element.evaluate("element => element.setAttribute('views', 'map')")
    expect(demo.map).to_be_visible()
    expect(demo.page.get_by_role("tab")).to_have_count(0)


def test_a_key_is_sent_and_stands_in_no_attribute(demo: Visit) -> None:
    demo.element.evaluate("element => { element.apiKey = 'secret'; }")
    with demo.page.expect_request("**/decode*") as sent:
        demo.element.evaluate("element => { element.latent = [0, 0]; }")
    assert sent.value.header_value("authorization") == "Bearer secret"
    assert "secret" not in demo.element.evaluate("element => element.outerHTML")


def test_events_leave_the_elements_around_it(demo: Visit) -> None:
    heard = demo.page.evaluate("""() => new Promise(done => {
        const outer = document.createElement("div");
        const root = outer.attachShadow({ mode: "open" });
        document.body.append(outer);
        outer.addEventListener("decode", event => done(event.detail.model));
        root.append(document.querySelector("latent-explorer"));
    })""")
    assert heard == "vae-mnist"


def test_where_the_origin_is_not_named_it_is_said(
    site: HTTPServer, asked: Server, shipped_server: Server, opened: Callable[..., Page]
) -> None:
    Site.server_address_asked = shipped_server.url
    try:
        page = opened(f"http://127.0.0.1:{site.server_port}/embed-demo.html", forgiven="CORS|ERR_FAILED")
        expect(page.locator(".notice")).to_contain_text("does not let pages of")
        expect(page.locator(".notice")).to_contain_text("LATENTD_CORS_ORIGINS")
    finally:
        Site.server_address_asked = asked.url
