"""Cards: markup is shown and not obeyed, and pictures are the bundle's own."""

from __future__ import annotations

import asyncio

import pytest

from latentd.api.cards import examples, render, show_picture, write_page
from latentd.errors import PathNotFoundError
from latentd.inference import Autoencoder, Registry
from latentd.service import Service
from latentd.settings import Settings
from questions import question


@pytest.fixture
def toy(registry: Registry) -> Autoencoder:
    return registry.get("toy", 1)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("# A card", "<h1>A card</h1>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("![l](loss.png)", '<p><img src="card/loss.png?version=1" alt="l"></p>\n'),
        ("![l](../secret.png)", '<p><img src="" alt="l"></p>\n'),
        ("![l](https://example.org/x.png)", '<p><img src="" alt="l"></p>\n'),
        ("![l](encoder.onnx)", '<p><img src="" alt="l"></p>\n'),
    ],
)
def test_markdown_becomes_a_page_that_can_do_no_harm(toy: Autoencoder, text: str, page: str) -> None:
    assert render(text, toy).replace(" />", ">") == page


def test_tables_are_tables(toy: Autoencoder) -> None:
    assert render("| a |\n|---|\n| 1 |\n", toy).count("<td>1</td>") == 1


def test_the_page_is_whole_and_named(toy: Autoencoder) -> None:
    page = write_page(toy).decode()
    assert "<title>toy: model card</title>" in page
    assert "{card}" not in page


def test_only_a_listed_picture_is_given(registry: Registry) -> None:
    service = Service(Settings(), registry)
    answer = asyncio.run(show_picture("toy", "loss.png", question(), service))
    assert answer.body == registry.get("toy").documents["loss.png"]
    for name in ("card.md", "encoder.onnx", "nothing.png", "../loss.png"):
        with pytest.raises(PathNotFoundError, match="the card of model 'toy' has no picture"):
            asyncio.run(show_picture("toy", name, question(), service))
    service.scheduler.close()


def test_examples_are_those_of_the_default_model(registry: Registry) -> None:
    found = examples(Registry(registry, default="toy-vae"))
    assert "toy-vae: model card" in found["/models/{name}/card"]["text/html"]["example"]
    assert "toy-vae" in found["/models/{name}/architecture.svg"]["image/svg+xml"]["example"]
    (picture,) = found["/models/{name}/card/{picture}"].values()
    assert picture["examples"]["example"]["externalValue"] == "models/toy-vae/card/loss.png?version=1"
