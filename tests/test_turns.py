"""Who wants the room alone waits until the others have left, and is let in before those who come later."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

import pytest

from sockets import wait_until
from turns import Turns


class Visitor:
    """A thread that is in the room until it is let go; each has locks of its own, as a process has."""

    def __init__(self, folder: Path) -> None:
        self._turns = Turns(folder / "room", folder / "door")
        self._thread: threading.Thread | None = None
        self._leaves = threading.Event()
        self.is_in = threading.Event()

    def come(self, *, alone: bool = False) -> Visitor:
        turn = self._turns.alone() if alone else self._turns.beside_others()
        self._thread = threading.Thread(target=self._stay, args=(turn,))
        self._thread.start()
        return self

    def leave(self) -> None:
        self._leaves.set()
        if self._thread:
            self._thread.join()

    def _stay(self, turn: AbstractContextManager[None]) -> None:
        with turn:
            self.is_in.set()
            self._leaves.wait()


@pytest.fixture
def visitors(tmp_path: Path) -> Iterator[list[Visitor]]:
    for name in ("room", "door"):
        (tmp_path / name).touch()
    with ExitStack() as stack:
        made = [Visitor(tmp_path) for _ in range(3)]
        for visitor in made:
            stack.callback(visitor.leave)
        yield made


def test_several_are_in_it_beside_each_other(visitors: list[Visitor]) -> None:
    for visitor in visitors:
        assert visitor.come().is_in.wait(10)
    for visitor in visitors:
        visitor.leave()


def test_one_is_alone_when_the_others_have_left_and_comes_before_those_behind_it(
    visitors: list[Visitor], tmp_path: Path
) -> None:
    first, single, later = visitors
    assert first.come().is_in.wait(10)
    single.come(alone=True)
    wait_until(lambda: is_shut(tmp_path / "door"))
    later.come()
    assert not single.is_in.wait(0.1)
    assert not later.is_in.is_set()
    first.leave()
    assert single.is_in.wait(10)
    assert not later.is_in.wait(0.1)
    single.leave()
    assert later.is_in.wait(10)
    later.leave()


def is_shut(door: Path) -> bool:
    with door.open("rb") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return True
    return False
