"""Outputs as pictures: all on one sheet, or a file for each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from latentd.bundle import Manifest
from latentd.errors import PictureTooLargeError
from latentd.files.row_sink import Columns, Plan, RowSink
from latentd.inference.arrays import FloatArray
from latentd.wire import contact_sheet, drawing, json_body
from latentd.wire.contact_sheet import Pixels

OUTPUTS = "outputs"
LATENTS = "latents"


class SheetSink(RowSink):
    """A contact sheet; reconstructions, which come with their latents, stand below their originals.

    The limit on its pixels is one on memory, too.
    """

    def __init__(self, path: Path, plan: Plan) -> None:
        super().__init__(path, plan)
        self._pixels: list[Pixels] = []
        self._originals: list[Pixels] = []
        self._facts: dict[str, list[Any]] = {}
        self._count = 0

    def write(self, columns: Columns, inputs: FloatArray) -> None:
        """Draw the rows' outputs, and keep what else is known of them. Raises PictureTooLargeError."""
        self._count += len(inputs)
        is_pair = LATENTS in columns
        pixels = self._count * self.plan.manifest.input_dim * (1 + is_pair)
        if pixels > self.plan.max_pixels:
            raise PictureTooLargeError(pixels, self.plan.max_pixels, "LATENTD_MAX_PIXELS")
        self._pixels.append(draw(self.plan.manifest, columns[OUTPUTS]))
        if is_pair:
            self._originals.append(draw(self.plan.manifest, inputs))
        for name, values in {LATENTS: inputs, **columns}.items():
            if name != OUTPUTS:
                self._facts.setdefault(name, []).extend(values.tolist())

    def finish(self) -> None:
        """Arrange the pictures, and write them with what is known of them in the text chunks."""
        sheet = contact_sheet.arrange(np.concatenate(self._pixels))
        if self._originals:
            sheet = contact_sheet.stack(contact_sheet.arrange(np.concatenate(self._originals)), sheet)
        facts = {name: json_body.write_any(values).decode() for name, values in self._facts.items()}
        self.path.write_bytes(drawing.write(contact_sheet.tile(sheet), {**describe(self.plan.manifest), **facts}))


class FolderSink(RowSink):
    """A folder of pictures, named by the number of their row."""

    def __init__(self, path: Path, plan: Plan) -> None:
        super().__init__(path, plan)
        self._count = 0

    def write(self, columns: Columns, inputs: FloatArray) -> None:  # noqa: ARG002 - outputs alone are drawn
        """Write a picture for each row."""
        text = describe(self.plan.manifest)
        for pixels in draw(self.plan.manifest, columns[OUTPUTS]):
            (self.path / f"{self._count:06d}.png").write_bytes(drawing.write(pixels, text))
            self._count += 1

    def finish(self) -> None:
        """Nothing: every picture is there."""


def draw(manifest: Manifest, rows: FloatArray) -> Pixels:
    """Rows [n, D] of a model of pictures as pixels [n, H, W] or [n, H, W, 3]."""
    assert manifest.picture_shape is not None, "formats.py has checked this"
    assert manifest.value_range is not None, "formats.py has checked this"
    return contact_sheet.to_pixels(rows, manifest.picture_shape, manifest.value_range.low, manifest.value_range.high)


def describe(manifest: Manifest) -> dict[str, str]:
    """What every picture's text chunks say."""
    return {"model": manifest.name, "version": str(manifest.version)}
