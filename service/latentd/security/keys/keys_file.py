"""The file of keys: a line for each, `#` before comments. It is replaced as a whole: nobody reads half of it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from latentd.errors import KeysFileError
from latentd.security.keys.key import Key

HEADING = "# API keys of latentd: name, rights, SHA-256 of the key, day. Written by `latentd keys`."
MODE = 0o600


class KeysFile:
    """The keys in the file at `path`. All that can go wrong is a KeysFileError."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[Key, ...]:
        """Every key, in the order of the lines. Raises KeysFileError, which names the first line at fault."""
        return self._parse(self._lines())

    def add(self, key: Key) -> None:
        """Put the key behind the others, in a new file where there is none. Raises KeysFileError for a name in use."""
        with self._changing() as path:
            lines = self._lines() if path.exists() else [HEADING]
            if key.name in {other.name for other in self._parse(lines)}:
                raise KeysFileError(self.path, f"there is a key named {key.name!r} already")
            self._replace(path, [*lines, key.line()])

    def revoke(self, name: str) -> None:
        """Take a key out. Raises KeysFileError where none has the name."""
        with self._changing() as path:
            lines = self._lines()
            names = {key.name for key in self._parse(lines)}
            if name not in names:
                raise KeysFileError(
                    self.path, f"no key is named {name!r}; there are {', '.join(sorted(names)) or 'none'}"
                )
            self._replace(path, [line for line in lines if line.split()[:1] != [name]])

    def _lines(self) -> list[str]:
        try:
            return self.path.read_text("utf-8").splitlines()
        except OSError as error:
            raise KeysFileError(self.path, f"cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise KeysFileError(self.path, "is no text in UTF-8") from None

    def _parse(self, lines: Iterable[str]) -> tuple[Key, ...]:
        keys: list[Key] = []
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            try:
                keys.append(_distinct(Key.parse(line), keys))
            except ValueError as error:
                raise KeysFileError(self.path, f"line {number}: {error}") from None
        return tuple(keys)

    @contextmanager
    def _changing(self) -> Iterator[Path]:
        """The file itself, where `path` is a link to it; who else would change it waits."""
        path = self.path.resolve()
        try:
            folder = os.open(path.parent, os.O_RDONLY)
        except OSError as error:
            raise KeysFileError(self.path, f"cannot be written: {error.strerror}") from None
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield path
        finally:
            os.close(folder)

    def _replace(self, path: Path, lines: Iterable[str]) -> None:
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            _write(draft, "".join(f"{line}\n" for line in lines))
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise KeysFileError(self.path, f"cannot be written: {error.strerror}") from None


def _distinct(key: Key, others: Iterable[Key]) -> Key:
    for other in others:
        if other.name == key.name or other.digest == key.digest:
            raise ValueError(f"the name or the digest is that of {other.name!r}, which stands above")
    return key


def _write(path: Path, text: str) -> None:
    """Readable by its owner alone from its first byte on, and on the disk when this ends."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(file, "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(file)
