"""The layers of a model as an SVG: a box for each, its width falling to the latent and growing again."""

from __future__ import annotations

from html import escape
from math import log2

from latentd.bundle import Manifest

BOX_HEIGHT, GAP, PADDING = 34, 16, 20
WIDTH, NARROWEST, WIDEST = 640, 90, 380
COLOURS = {"encoder": "#4c78a8", "decoder": "#e0873c", "data": "#8a93a3"}

Box = tuple[str, str, int, str]
"""Title, note, number of values, and whose colour."""


def draw_architecture(manifest: Manifest) -> str:
    """An SVG, from the inputs at the top to the outputs at the bottom."""
    boxes = _boxes(manifest)
    height = len(boxes) * (BOX_HEIGHT + GAP) - GAP + 2 * PADDING
    most = max(log2(values + 1) for _, _, values, _ in boxes)
    drawn = "\n".join(_draw(box, place, most) for place, box in enumerate(boxes))
    title = escape(f"{manifest.name}: {manifest.parameters:,} parameters")
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"
  role="img" font-family="system-ui, sans-serif" font-size="13"><title>{title}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
{drawn}
</svg>
"""


def _boxes(manifest: Manifest) -> list[Box]:
    shape = "×".join(map(str, manifest.picture_shape or manifest.input_shape))
    layers = [
        (f"{layer.name} · {layer.kind}", f"{layer.parameters:,} parameters", layer.output_shape[-1], layer.part)
        for layer in manifest.layers
    ]
    return [("inputs", shape, manifest.input_dim, "data"), *layers, ("outputs", shape, manifest.input_dim, "data")]


def _draw(box: Box, place: int, most: float) -> str:
    title, note, values, colour = box
    width = NARROWEST + (WIDEST - NARROWEST) * log2(values + 1) / most
    left, top = (WIDTH - 140 - width) / 2, PADDING + place * (BOX_HEIGHT + GAP)
    middle, centre = top + BOX_HEIGHT / 2 + 4.5, left + width / 2
    arrow = f'<path d="M{centre:.0f} {top - GAP} v{GAP - 3}" stroke="#b6bcc8" stroke-width="2"/>' if place else ""
    return (
        f'{arrow}<rect x="{left:.0f}" y="{top}" width="{width:.0f}" height="{BOX_HEIGHT}" rx="6" '
        f'fill="{COLOURS[colour]}"/>'
        f'<text x="{centre:.0f}" y="{middle}" text-anchor="middle" fill="#fff">{escape(f"{values:,}")}</text>'
        f'<text x="{WIDTH - 240}" y="{middle}" fill="#3b4151"><tspan font-weight="600">{escape(title)}</tspan>'
        f'<tspan fill="#6b7382"> {escape(note)}</tspan></text>'
    )
