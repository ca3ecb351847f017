"""Files of rows that cannot be read or written."""

from __future__ import annotations

from pathlib import Path

from latentd.errors.root import LatentdError


class FileError(LatentdError):
    """A file of rows that cannot be read or written: its `path` and the `reason`."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class FileMissingError(FileError):
    """There is no such file."""


class FileUnreadableError(FileError):
    """The content is not what the file's ending says, or ends too early."""


class FileUnsupportedError(FileError):
    """Nothing reads or writes files with that ending or with that kind of content."""


class FileRowInvalidError(FileError):
    """A row is not one that the model takes."""


class FileUnwritableError(FileError):
    """The file cannot be written, or must not be."""
