"""A model card as a page: its Markdown as HTML, in which nothing but the bundle's own pictures is shown."""

from __future__ import annotations

from html import escape
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from latentd.bundle.manifest import CARD_FILE
from latentd.inference import Autoencoder

PAGE = Path(__file__).parent / "pages" / "card.html"


def write_page(model: Autoencoder) -> bytes:
    """The card as HTML, in UTF-8."""
    title = escape(f"{model.manifest.name}: model card")
    card = render(model.documents[CARD_FILE].decode("utf-8", "replace"), model)
    return PAGE.read_text("utf-8").replace("{title}", title).replace("{card}", card).encode()


def render(text: str, model: Autoencoder) -> str:
    """Markdown as HTML; markup in it is shown, not obeyed, and pictures are the bundle's own."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    for token in tokens:
        if alignment := token.attrs.pop("style", ""):  # of a column; the page's policy lets no style in
            token.attrs["class"] = str(alignment).removeprefix("text-align:")
        for child in token.children or ():
            if child.type == "image":
                _point_to_bundle(child, model)
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _point_to_bundle(image: Token, model: Autoencoder) -> None:
    file = str(image.attrs.get("src", ""))
    image.attrs["src"] = f"card/{file}?version={model.manifest.version}" if file in model.documents else ""
