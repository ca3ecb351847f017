"""Outputs drawn: on one sheet, or in a file each."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bundles import TOY
from latentd.errors import PictureTooLargeError
from latentd.files.picture_sink import FolderSink, SheetSink, describe, draw
from latentd.files.row_sink import Columns, Plan
from latentd.inference import Registry
from viewing import pixels_in, text_in

INPUTS = TOY.inputs(5)
LATENTS = TOY.encode(INPUTS)
OUTPUTS = TOY.decode(LATENTS)
PIXELS = np.rint(OUTPUTS * 255).astype(np.uint8).reshape(5, 3, 4)
PARTS = (slice(0, 2), slice(2, 5))


@pytest.fixture
def plan(registry: Registry) -> Plan:
    return Plan(registry.get("toy", 1).manifest, None, 120)


def write_sheet(path: Path, plan: Plan, columns: Columns) -> bytes:
    with SheetSink(path, plan) as sink:
        for part in PARTS:
            of_outputs = INPUTS if "latents" in columns else LATENTS
            sink.write({name: values[part] for name, values in columns.items()}, of_outputs[part])
        sink.finish()
    return path.read_bytes()


def test_a_sheet_is_about_as_wide_as_high(plan: Plan, tmp_path: Path) -> None:
    sheet = pixels_in(write_sheet(tmp_path / "sheet.png", plan, {"outputs": OUTPUTS}))
    assert sheet.shape == (2 * 3, 3 * 4)
    np.testing.assert_array_equal(sheet[:3, 4:8], PIXELS[1])
    np.testing.assert_array_equal(sheet[3:, 4:8], PIXELS[4])
    assert not sheet[3:, 8:].any()


def test_its_text_says_what_was_decoded(plan: Plan, tmp_path: Path) -> None:
    text = text_in(write_sheet(tmp_path / "sheet.png", plan, {"outputs": OUTPUTS}))
    assert (text["model"], text["version"]) == ("toy", "1")
    np.testing.assert_allclose(json.loads(text["latents"]), LATENTS, atol=1e-6)


def test_originals_stand_above_what_comes_with_latents(plan: Plan, tmp_path: Path) -> None:
    columns = {"outputs": OUTPUTS, "latents": LATENTS, "errors": np.arange(5.0)}
    content = write_sheet(tmp_path / "sheet.png", plan, columns)
    sheet = pixels_in(content)
    assert sheet.shape == (4 * 3, 3 * 4)
    np.testing.assert_array_equal(sheet[:3, :4], np.rint(INPUTS[0] * 255).reshape(3, 4))
    np.testing.assert_array_equal(sheet[9:, :4], PIXELS[3])
    assert json.loads(text_in(content)["errors"]) == [0, 1, 2, 3, 4]


def test_a_sheet_grows_no_larger_than_it_may(plan: Plan, tmp_path: Path) -> None:
    with SheetSink(tmp_path / "sheet.png", plan) as sink:
        sink.write({"outputs": OUTPUTS}, LATENTS)
        sink.write({"outputs": OUTPUTS}, LATENTS)
        with pytest.raises(PictureTooLargeError, match="the picture has 132 pixels; the limit"):
            sink.write({"outputs": OUTPUTS[:1]}, LATENTS[:1])


def test_a_folder_counts_on_from_batch_to_batch(plan: Plan, tmp_path: Path) -> None:
    with FolderSink(tmp_path, plan) as sink:
        for part in PARTS:
            sink.write({"outputs": OUTPUTS[part]}, LATENTS[part])
        sink.finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"00000{row}.png" for row in range(5)]
    for row, path in enumerate(sorted(tmp_path.iterdir())):
        np.testing.assert_array_equal(pixels_in(path.read_bytes()), PIXELS[row])
        assert text_in(path.read_bytes())["model"] == "toy"


def test_colours_are_drawn_in_their_last_axis(registry: Registry) -> None:
    manifest = registry.get("colours").manifest
    rows = np.random.default_rng(0).random((2, manifest.input_dim), np.float32)
    pixels = draw(manifest, rows)
    assert pixels.shape == (2, 32, 32, 3)
    assert Image.fromarray(pixels[0]).mode == "RGB"
    assert describe(manifest) == {"model": "colours", "version": "1"}
