"""The layers of a model as an SVG: a box for each, its width falling to the latent and growing again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import groupby
from math import log2, prod

from latentd.bundle import Manifest
from latentd.bundle.records import Layer

BOX_HEIGHT, GAP, PADDING = 40, 18, 20
NARROWEST, WIDEST = 44, 190
TEXT_LEFT = PADDING + WIDEST + 20
LETTER = 8.6
"""How wide a letter of the text is at most, on average: no browser's font cuts a line off."""
COLOURS = {"encoder": "#41699a", "decoder": "#ad5a12", "data": "#5f6878"}
"""Dark enough for white numbers to be read on them (WCAG 2.2, a contrast of 4.5)."""


@dataclass(frozen=True, slots=True)
class Row:
    """Boxes beside each other: the shape in each, and the two lines that stand beside them."""

    shapes: tuple[tuple[int, ...], ...]
    title: str
    note: str
    part: str


def draw_architecture(manifest: Manifest) -> str:
    """An SVG, from the inputs at the top to the outputs at the bottom."""
    rows = _rows(manifest)
    height = len(rows) * (BOX_HEIGHT + GAP) - GAP + 2 * PADDING
    width = round(TEXT_LEFT + LETTER * max(len(text) for row in rows for text in (row.title, row.note)) + PADDING)
    most = max(log2(prod(shape) + 1) for row in rows for shape in row.shapes)
    drawn = "\n".join(_draw(row, PADDING + place * (BOX_HEIGHT + GAP), most) for place, row in enumerate(rows))
    title = escape(f"{manifest.name}: {manifest.parameters:,} parameters")
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"
  style="max-width: 100%; height: auto" role="img" font-family="system-ui, sans-serif" font-size="14">
<title>{title}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
{drawn}
</svg>
"""


def _rows(manifest: Manifest) -> list[Row]:
    shape = manifest.picture_shape or manifest.input_shape
    note = f"{manifest.input_dim:,} values"
    # An encoder's outputs come from the same layer: they stand beside each other.
    given = {manifest.encoder.latent, manifest.encoder.logvar}
    groups = groupby(enumerate(manifest.layers), lambda each: -1 if _is_output(each[1], given) else each[0])
    layers = [_row([layer for _, layer in group]) for _, group in groups]
    return [Row((shape,), "inputs", note, "data"), *layers, Row((shape,), "outputs", note, "data")]


def _is_output(layer: Layer, given: Iterable[str | None]) -> bool:
    return layer.part == "encoder" and layer.name in given


def _row(layers: list[Layer]) -> Row:
    names = ", ".join(layer.name for layer in layers)
    kinds = ", ".join(dict.fromkeys(layer.kind for layer in layers))
    counts = " + ".join(f"{layer.parameters:,}" for layer in layers)
    shapes = tuple(layer.output_shape for layer in layers)
    return Row(shapes, f"{names} · {kinds}", f"{counts} parameters", layers[0].part)


def _draw(row: Row, top: float, most: float) -> str:
    centre, arrow = PADDING + WIDEST / 2, ""
    if row.title != "inputs":
        arrow = f'<path d="M{centre:.0f} {top - GAP + 3} v{GAP - 8} m-4 -4 l4 4 l4 -4" stroke="#8a93a3" fill="none"/>'
    boxes = (_draw_box(row, place, top, most) for place in range(len(row.shapes)))
    text = (
        f'<text x="{TEXT_LEFT}" y="{top + 17}" font-weight="600" fill="#252b38">{escape(row.title)}</text>'
        f'<text x="{TEXT_LEFT}" y="{top + 34}" font-size="13" fill="#5a6272">{escape(row.note)}</text>'
    )
    return arrow + "".join(boxes) + text


def _draw_box(row: Row, place: int, top: float, most: float) -> str:
    shape, share = row.shapes[place], WIDEST / len(row.shapes)
    centre, room = PADDING + share * (place + 0.5), share - 6 * (len(row.shapes) > 1)
    text = "×".join(f"{side:,}" for side in shape)
    width = NARROWEST + (WIDEST - NARROWEST) * log2(prod(shape) + 1) / most
    width = min(room, max(width, LETTER * len(text) + 12))
    return (
        f'<rect x="{centre - width / 2:.1f}" y="{top}" width="{width:.1f}" height="{BOX_HEIGHT}" rx="6" '
        f'fill="{COLOURS[row.part]}"/>'
        f'<text x="{centre:.1f}" y="{top + 25}" text-anchor="middle" fill="#ffffff">{text}</text>'
    )
