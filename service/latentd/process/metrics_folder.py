"""Where the workers of one service leave their metrics for each other."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp

PREFIX = "latentd-metrics-"


@contextmanager
def metrics_folder(place: Path | None) -> Iterator[Path]:
    """A folder of its own for each start, in `place` or where temporary files go; it is removed at the end.

    What services left there that were killed is removed too: a folder that is in use is locked, and a lock ends with
    its process, however that ends.
    """
    place = place or Path(gettempdir())
    for folder in place.glob(f"{PREFIX}*"):
        _remove_if_abandoned(folder)
    folder, lock = _make_locked(place)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _remove_if_abandoned(folder: Path) -> None:
    with suppress(OSError):  # it is gone, or somebody else's
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)


def _make_locked(place: Path) -> tuple[Path, int]:
    """Another service that starts may take a new folder for an abandoned one before it is locked; then make another."""
    while True:
        folder = Path(mkdtemp(prefix=PREFIX, dir=place))
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                return folder, lock
            os.close(lock)
