"""Whose turn it is where pytest runs several tests at once: one that looks at how fast something is runs alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_SH, LOCK_UN, flock
from pathlib import Path


class Turns:
    """Locks on two files that all processes have: one for the room, and one for the door to it.

    Whoever wants the room alone keeps the door shut while the others leave.
    """

    def __init__(self, room: Path, door: Path) -> None:
        self._room, self._door = (os.open(path, os.O_RDONLY) for path in (room, door))  # until the process ends

    @contextmanager
    def beside_others(self) -> Iterator[None]:
        """Go in as soon as nobody is, or wants to be, alone there."""
        with _locked(self._door, LOCK_EX):
            flock(self._room, LOCK_SH)
        try:
            yield
        finally:
            flock(self._room, LOCK_UN)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Go in when all others have left."""
        with _locked(self._door, LOCK_EX), _locked(self._room, LOCK_EX):
            yield


@contextmanager
def _locked(file: int, kind: int) -> Iterator[None]:
    flock(file, kind)
    try:
        yield
    finally:
        flock(file, LOCK_UN)
