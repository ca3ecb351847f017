"""A file or a folder that appears in one stroke, when all of it is written, or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from latentd.errors import FileUnwritableError


class Draft:
    """A context in which `path`, beside `target`, may be written; it takes the target's place where all goes well.

    On an error, or on Ctrl-C, the draft is removed, and what stood at the target stays as it was.
    """

    def __init__(self, target: Path, *, is_folder: bool = False) -> None:
        """Raises FileUnwritableError where nothing can be put in the target's place."""
        self._target = target.resolve()  # what a link points to is replaced, not the link
        self._is_folder = is_folder
        self.path = self._target.with_name(f".{self._target.name}.{secrets.token_hex(4)}.partial")
        if not self._target.parent.is_dir():
            raise FileUnwritableError(target, f"there is no folder {target.parent}")
        if self._target.is_dir() != is_folder and self._target.exists():
            raise FileUnwritableError(target, "a file has that name" if is_folder else "a folder has that name")
        if is_folder and self._target.is_dir() and any(self._target.iterdir()):
            raise FileUnwritableError(target, "the folder is not empty; name a new one")

    def __enter__(self) -> Self:
        if self._is_folder:
            self.path.mkdir()
        else:
            self.path.touch(exist_ok=False)  # where nothing may be written, that shows before any work is done
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._publish()
        finally:
            self._discard()

    def _publish(self) -> None:
        if not self._is_folder:
            with self.path.open("rb") as file:
                os.fsync(file.fileno())
        self.path.replace(self._target)

    def _discard(self) -> None:
        """Remove what is left; nothing is once it has been published."""
        if self._is_folder:
            shutil.rmtree(self.path, ignore_errors=True)
        else:
            self.path.unlink(missing_ok=True)
