from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from latentd_export.interrupts import ending_as_on_ctrl_c, noting_interrupts


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_is_noted_and_stops_nothing() -> None:
    with noting_interrupts() as interrupted:
        assert not interrupted.is_set()
        press_ctrl_c()
        assert interrupted.is_set()


@pytest.fixture(autouse=True)
def listening() -> Iterator[None]:
    """A shell that runs tests in the background has them ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_second_ctrl_c_stops_at_once() -> None:
    before = signal.getsignal(signal.SIGINT)
    with noting_interrupts():
        press_ctrl_c()
        with pytest.raises(KeyboardInterrupt):
            press_ctrl_c()
    assert signal.getsignal(signal.SIGINT) is before


def test_what_ctrl_c_did_before_it_does_again() -> None:
    before = signal.getsignal(signal.SIGINT)
    with noting_interrupts():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_a_thread_leaves_signals_to_the_main_one() -> None:
    noted: list[bool] = []

    def run() -> None:
        with noting_interrupts() as interrupted:
            noted.append(interrupted.is_set())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert noted == [False]


def test_sigterm_ends_as_ctrl_c_does_and_only_there() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), ending_as_on_ctrl_c():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before
