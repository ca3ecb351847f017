"""The drawing of a model: every layer in its place, nothing overlapping, nothing cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bundles import TOY_VAE, write_bundle
from latentd.api.architecture import draw_architecture
from latentd.bundle import Manifest, read_manifest

SVG = "{http://www.w3.org/2000/svg}"
WIDEST_LETTER = 8.7  # of 14 pixels, bold, on average over a line in a wide font


def layer(part: str, name: str, kind: str, *shape: int, parameters: int = 1234) -> dict[str, Any]:
    return {"part": part, "name": name, "kind": kind, "output_shape": shape, "parameters": parameters}


LAYERS = [
    layer("encoder", "convolution_with_a_long_name", "Conv2d 3×3, stride 2 + BatchNorm + LeakyReLU", 32, 14, 14),
    layer("encoder", "dense<1>", "Dense & Tanh", 512, parameters=401_920),
    layer("encoder", "latent", "Dense", 5),
    layer("encoder", "logvar", "Dense", 5, parameters=99),
    layer("decoder", "dense", "Dense", 1),
    layer("decoder", "output", "Dense + Sigmoid", 1_000_000, parameters=0),
]


@pytest.fixture
def root(tmp_path: Path) -> ET.Element:
    manifest: Manifest = read_manifest(write_bundle(tmp_path, TOY_VAE))
    layers = tuple(type(manifest.layers[0]).model_validate(each) for each in LAYERS)
    return ET.fromstring(draw_architecture(manifest.model_copy(update={"layers": layers})))


def texts_of(root: ET.Element) -> list[str]:
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


def test_layers_stand_in_their_order_with_shapes_and_parameters(root: ET.Element) -> None:
    texts = texts_of(root)
    titles = [text for text in texts if " · " in text or text in ("inputs", "outputs")]
    assert titles == [
        "inputs",
        "convolution_with_a_long_name · Conv2d 3×3, stride 2 + BatchNorm + LeakyReLU",
        "dense<1> · Dense & Tanh",
        "latent, logvar · Dense",
        "dense · Dense",
        "output · Dense + Sigmoid",
        "outputs",
    ]
    for text in ("3×4", "32×14×14", "512", "1,000,000", "401,920 parameters", "1,234 + 99 parameters", "12 values"):
        assert text in texts
    assert texts.count("5") == 2


def boxes_of(root: ET.Element) -> list[tuple[float, float, float, float]]:
    boxes = [node for node in root.iter(f"{SVG}rect") if node.get("rx")]
    return [
        (x, y, x + width, y + height)
        for x, y, width, height in (
            [float(node.attrib[name]) for name in ("x", "y", "width", "height")] for node in boxes
        )
    ]


def test_no_two_boxes_overlap_and_none_leaves_the_page(root: ET.Element) -> None:
    width, height = (float(root.attrib[name]) for name in ("width", "height"))
    boxes = boxes_of(root)
    assert len(boxes) == len(LAYERS) + 2
    for place, (left, top, right, bottom) in enumerate(boxes):
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        for other in boxes[:place]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_no_text_is_cut_off_or_lies_over_a_box(root: ET.Element) -> None:
    width = float(root.attrib["width"])
    rightmost = max(right for _, _, right, _ in boxes_of(root))
    for node in root.iter(f"{SVG}text"):
        length = WIDEST_LETTER * len("".join(node.itertext()))
        if node.get("text-anchor") != "middle":
            assert float(node.attrib["x"]) > rightmost
            assert float(node.attrib["x"]) + length <= width


def test_a_narrow_window_makes_it_smaller(root: ET.Element) -> None:
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"
    assert "max-width: 100%" in root.attrib["style"]
