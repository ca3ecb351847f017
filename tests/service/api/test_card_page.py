"""The page of a card: markup is shown and not obeyed, and pictures are the bundle's own."""

from __future__ import annotations

import pytest

from latentd.api.card_page import render, write_page
from latentd.inference import Autoencoder, Registry


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


def test_columns_are_aligned_without_style_attributes(toy: Autoencoder) -> None:
    page = render("| a | b |\n|--:|:-:|\n| 1 | 2 |\n", toy)
    assert "style=" not in page
    assert '<td class="right">1</td>' in page
    assert '<td class="center">2</td>' in page


def test_the_page_is_whole_and_named(toy: Autoencoder) -> None:
    page = write_page(toy).decode()
    assert "<title>toy: model card</title>" in page
    assert "{card}" not in page
