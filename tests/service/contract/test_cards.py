"""GET /models/{name}/card and /architecture.svg: a model as a page and as a drawing."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from asking import check_problem
from bundles import Blueprint, picture_file
from servers import Server
from viewing import EVERY

SVG = "{http://www.w3.org/2000/svg}"


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.fixture(scope="module")
def page(client: httpx.Client) -> Page:
    answer = client.get("/models/toy/card")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def test_the_card_is_a_page(page: Page) -> None:
    assert "A toy of <b>card</b>board" in page.text
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("title")) == len(page.all("h1")) == len(page.all("table")) == 1
    assert "{card}" not in page.text
    assert "{title}" not in page.text


def test_markup_in_a_card_is_shown_and_not_obeyed(page: Page) -> None:
    assert page.all("script") == page.all("b") == []
    assert "<script>alert(1)</script>" in page.text
    assert "1 < 2" in page.text
    assert "error & error" in page.text
    assert not [attributes for attributes in page.all("a") if "javascript" in (attributes["href"] or "")]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_pictures_are_the_bundles_own_alone(client: httpx.Client, page: Page) -> None:
    sources = [attributes["src"] for attributes in page.all("img")]
    assert sources == ["card/loss.png?version=2", "", "", ""]
    answer = client.get(httpx.URL("/models/toy/card").join(str(sources[0])))
    assert (answer.content, answer.headers["content-type"]) == (picture_file(), "image/png")


def test_whatever_else_the_page_names_is_on_this_server(client: httpx.Client, page: Page) -> None:
    for attributes in page.all("link"):
        assert client.get(httpx.URL("/models/toy/card").join(str(attributes["href"]))).status_code == 200


NO_PICTURES = [
    *[
        "encoder.onnx",
        "card.md",
        "golden.json",
        "latents.npz",
        "manifest.json",
        "nothing.png",
        "LOSS.PNG",
        "loss.png%00",
    ],
    *["..%2f..%2ftoy%2f1%2floss.png", "%2e%2e", "%2e%2e%2floss.png", "..%5closs.png", "%2fetc%2fpasswd", "", "a/b.png"],
    *["../loss.png", "../../../../../../etc/passwd", "./encoder.onnx"],
]


@pytest.mark.parametrize("picture", NO_PICTURES)
def test_no_other_file_is_a_picture(server: Server, client: httpx.Client, picture: str) -> None:
    url = httpx.URL(server.url).copy_with(raw_path=f"/models/toy/card/{picture}".encode())
    answer = client.send(client.build_request("GET", url))
    assert answer.status_code == 404, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["card", "card/loss.png", "architecture.svg"])
def test_every_version_has_its_own(client: httpx.Client, path: str) -> None:
    one, two, highest = (client.get(f"/models/toy/{path}{query}") for query in ("?version=1", "?version=2", ""))
    assert one.status_code == two.status_code == 200
    assert two.content == highest.content
    assert one.headers["etag"] != two.headers["etag"]
    check_problem(client.get(f"/models/toy/{path}?version=3"), "version-not-found")
    check_problem(client.get(f"/models/tay/{path}"), "model-not-found")


def layers_of(models: Path, blueprint: Blueprint) -> list[dict[str, Any]]:
    manifest = json.loads((models / blueprint.name / "1" / "manifest.json").read_text("utf-8"))
    layers: list[dict[str, Any]] = manifest["layers"]
    return layers


@EVERY
def test_the_architecture_has_every_layer_with_shape_and_parameters(
    client: httpx.Client, models_folder: Path, blueprint: Blueprint
) -> None:
    answer = client.get(f"/models/{blueprint.name}/architecture.svg?version=1")
    assert answer.headers["content-type"] == "image/svg+xml"
    root = ET.fromstring(answer.text)
    assert root.tag == f"{SVG}svg"
    texts = ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]
    layers = layers_of(models_folder, blueprint)
    for layer in layers:
        assert f"{layer['name']} · {layer['kind']}" in texts
        assert f"{layer['parameters']:,} parameters" in texts
        assert "×".join(f"{side:,}" for side in layer["output_shape"]) in texts
    total = sum(layer["parameters"] for layer in layers)
    assert [node.text for node in root.iter(f"{SVG}title")] == [f"{blueprint.name}: {total:,} parameters"]
    assert not list(root.iter(f"{SVG}script"))
