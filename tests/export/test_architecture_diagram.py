from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from latentd_export.architecture_diagram import draw_architecture
from latentd_export.architectures import build_model
from latentd_export.layer_table import layer_table
from small_models import make_recipe


def drawn(path: Path, kind: str, hidden: list[int]) -> Image.Image:
    model = build_model(make_recipe(kind, hidden=hidden), 20, None)
    draw_architecture(path, 20, layer_table(model))
    with Image.open(path) as picture:
        return picture.convert("RGB")


def pixels(picture: Image.Image, red: int, blue: int) -> int:
    """How many pixels are nearer to a box's colour than any other part of the drawing is."""
    colours = np.asarray(picture, np.int16)
    return int(((abs(colours[..., 0] - red) < 30) & (abs(colours[..., 2] - blue) < 30)).sum())


def test_each_layer_is_a_column_and_both_outputs_of_an_encoder_share_one(tmp_path: Path) -> None:
    one, posterior, two = (
        drawn(tmp_path / "drawn.png", kind, hidden).size[0]
        for kind, hidden in (("ae", [8]), ("vae", [8]), ("ae", [8, 4]))
    )
    assert one == posterior
    # An input, and for each hidden layer two columns; latent and output.
    assert abs(two / one - 7 / 5) < 0.02


def test_a_wider_layer_is_a_taller_box_in_the_colour_of_its_part(tmp_path: Path) -> None:
    narrow, wide = (drawn(tmp_path / "drawn.png", "ae", [width]) for width in (4, 256))
    encoder, decoder = (26, 188), (217, 26)
    for colour in (encoder, decoder):
        assert 1.2 * pixels(narrow, *colour) < pixels(wide, *colour)
