"""API keys: their file, and who may not ask."""

from __future__ import annotations

from pathlib import Path

from latentd.errors.root import LatentdError


class KeysFileError(LatentdError):
    """A file of API keys that cannot be read, or not be changed as it should: its `path` and the `reason`."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"the file of API keys {path}: {reason}")


class AccessError(LatentdError):
    """Who asks may not."""


class KeyMissingError(AccessError):
    """No API key was shown."""

    def __init__(self) -> None:
        super().__init__("expected an API key in the header `Authorization: Bearer …`; there is none")


class KeyUnknownError(AccessError):
    """An API key was shown that is not one of those that are good now. Nothing repeats it."""

    def __init__(self) -> None:
        super().__init__("the API key is not one that is known here; it may have been revoked")


class RightMissingError(AccessError):
    """The API key `name` gives other rights than the one that is asked for."""

    def __init__(self, right: str, name: str, rights: str) -> None:
        self.right = right
        self.name = name
        super().__init__(f"this asks for the right to {right}; the API key {name!r} gives {rights} alone")
