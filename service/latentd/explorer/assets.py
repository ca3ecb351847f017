"""The files that browsers get, read once, and the build that they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

FOLDER = Path(__file__).parent / "web"

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What is served; other files of the folder (licences, types) are for those who read the sources."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The contents of files by their paths below a folder, and the `build`, a digest of all of them."""

    files: Mapping[str, bytes]
    build: str

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read every file with a known media type."""
        paths = sorted(path for path in folder.rglob("*") if path.suffix in MEDIA_TYPES)
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        digest = hashlib.sha256()
        for name, content in files.items():
            digest.update(f"{name} {len(content)}\n".encode() + content)
        return cls(files, digest.hexdigest()[:16])

    @property
    def modules(self) -> list[str]:
        """The paths of all modules, which a page that needs them all may load at once."""
        return [name for name in self.files if name.endswith(".js")]


def media_type(name: str) -> str:
    """The media type of one of the files."""
    return MEDIA_TYPES[Path(name).suffix]
