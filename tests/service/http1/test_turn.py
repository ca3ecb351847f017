"""A turn: all is answered, then all is written, and nothing is held back for long."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from collections.abc import Callable
from functools import partial

from latentd.http1 import turn
from latentd.http1.turn import Turn


def happened(prepare: Callable[[Turn, list[str]], None], loops: int = 5) -> list[str]:
    """What the steps note that `prepare` gives a turn."""
    notes: list[str] = []

    async def run() -> None:
        prepare(Turn(asyncio.get_running_loop()), notes)
        assert notes == [], "nothing is done while there may be more to read"
        for _ in range(loops):
            await asyncio.sleep(0)

    asyncio.run(run())
    return notes


def test_all_is_answered_before_anything_is_written() -> None:
    def prepare(turn: Turn, notes: list[str]) -> None:
        for name in "abc":

            def answer(name: str = name) -> None:
                notes.append(f"answer {name}")
                turn.write(lambda: notes.append(f"write {name}"))

            turn.answer(answer)

    assert happened(prepare) == ["answer a", "answer b", "answer c", "write a", "write b", "write c"]


def test_what_takes_long_holds_nobodys_answer_back() -> None:
    def prepare(a_turn: Turn, notes: list[str]) -> None:
        def slow() -> None:
            notes.append("slow")
            a_turn.write(lambda: notes.append("write"))
            time.sleep(2 * turn.SECONDS)

        a_turn.answer(slow)
        a_turn.answer(lambda: notes.append("other"))

    assert happened(prepare) == ["slow", "write", "other"]


def test_in_large_turns_everybody_is_first_once() -> None:
    names = [str(number) for number in range(turn.FEW + 4)]
    firsts = set()

    async def run() -> None:
        a_turn = Turn(asyncio.get_running_loop())
        for _ in names:
            notes: list[str] = []
            for name in names:
                a_turn.answer(partial(notes.append, name))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert sorted(notes) == sorted(names)
            firsts.add(notes[0])

    asyncio.run(run())
    assert firsts == set(names)


def test_what_follows_an_answer_waits_for_the_next_turn() -> None:
    def prepare(turn: Turn, notes: list[str]) -> None:
        def first() -> None:
            notes.append("first")
            turn.answer(lambda: notes.append("behind it"))
            turn.write(lambda: notes.append("write"))

        turn.answer(first)
        turn.answer(lambda: notes.append("other"))

    assert happened(prepare) == ["first", "other", "write", "behind it"]


def test_answers_that_come_later_are_written_too() -> None:
    assert happened(lambda turn, notes: turn.write(lambda: notes.append("write"))) == ["write"]


def test_connections_of_one_loop_share_a_turn() -> None:
    async def turns() -> tuple[Turn, Turn]:
        loop = asyncio.get_running_loop()
        return Turn.of(loop), Turn.of(loop)

    one, other = asyncio.run(turns())
    assert one is other
    assert asyncio.run(turns())[0] is not one


def test_a_step_that_fails_keeps_no_other_from_its_turn() -> None:
    notes: list[str] = []

    def fail() -> None:
        raise ValueError("a step")

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: notes.append(str(context["exception"])))
        turn = Turn(loop)
        turn.answer(fail)
        turn.answer(lambda: notes.append("other"))
        turn.write(fail)
        turn.write(lambda: notes.append("write"))
        for _ in range(5):
            await asyncio.sleep(0)
        turn.answer(lambda: notes.append("later"))
        await asyncio.sleep(0)

    asyncio.run(run())
    assert notes == ["a step", "other", "a step", "write", "later"]


def test_a_turn_does_not_keep_its_loop() -> None:
    async def note() -> weakref.ref[asyncio.AbstractEventLoop]:
        loop = asyncio.get_running_loop()
        Turn.of(loop).answer(lambda: None)
        await asyncio.sleep(0)
        return weakref.ref(loop)

    loop = asyncio.run(note())
    gc.collect()
    assert loop() is None
