"""CORS in a real browser: the guide's JavaScript, on a page of another origin."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from servers import PATIENCE, serving

REPOSITORY = Path(__file__).parents[2]
ADDRESS = "http://127.0.0.1:8000"
PAGE = """<!doctype html>
<title>a page of another origin</title>
<pre id="said"></pre>
<script type="module">
const said = document.getElementById("said");
console.log = (...words) => said.append(words.join(" "), "\\n");
try {
CODE
} catch (error) { console.log(error.name); }
</script>
"""


def javascript() -> tuple[str, str]:
    """The guide's JavaScript, and what it prints."""
    _, _, rest = (REPOSITORY / "docs" / "embedding.md").read_text("utf-8").partition("```js\n")
    code, _, rest = rest.partition("```\n")
    return code, rest.partition("```text\n")[2].partition("```")[0]


class Site(HTTPServer):
    """One page on an origin of its own."""

    page = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Visit(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.server.page.encode())

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@contextmanager
def published() -> Iterator[Site]:
    with Site(("127.0.0.1", 0), Visit) as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


def shown_by_chromium(url: str, profile: Path) -> str:
    """What the page at `url` has said when its script is done."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert browser, "the web pages are tested in a browser: install chromium"
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
    command = [browser, *options, "--virtual-time-budget=20000", "--dump-dom", url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    return unescape(done.stdout.partition('<pre id="said">')[2].partition("</pre>")[0])


@pytest.mark.parametrize("is_named", [True, False], ids=["named", "not named"])
def test_a_page_may_ask_where_its_origin_is_named(tmp_path: Path, is_named: bool) -> None:
    code, printed = javascript()
    with published() as site:
        settings = {"LATENTD_CORS_ORIGINS": site.origin if is_named else "https://elsewhere.example.org"}
        with serving(REPOSITORY / "models", tmp_path / "log", settings) as server:
            site.page = PAGE.replace("CODE", code.replace(ADDRESS, server.url))
            said = shown_by_chromium(site.origin, tmp_path / "profile")
    assert said == (printed if is_named else "TypeError\n")
