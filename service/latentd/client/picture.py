"""A picture that the server has drawn."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from latentd.errors import ExtraMissingError

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A PNG file, `png`, and which bundle it shows. Its text chunks hold the axes and the latents behind it.

    A notebook shows it; `image()` makes a Pillow image of it, and `save()` a file.
    """

    png: bytes
    model: str
    version: int

    def image(self) -> Image:
        """The picture for Pillow, which is not needed otherwise. Raises ExtraMissingError where it is not installed."""
        try:
            from PIL import Image  # noqa: PLC0415 - a client without pictures does without Pillow
        except ModuleNotFoundError:
            raise ExtraMissingError("pillow", "serve") from None
        picture = Image.open(io.BytesIO(self.png))
        picture.load()
        return picture

    def save(self, path: str | Path) -> None:
        """Write the PNG file."""
        Path(path).write_bytes(self.png)

    def _repr_png_(self) -> bytes:
        return self.png

    def __repr__(self) -> str:
        return f"<Picture of {self.model}/{self.version}, {len(self.png):,} bytes of PNG>"
