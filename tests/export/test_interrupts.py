from __future__ import annotations

import os
import signal
import threading

import pytest

from latentd_export.interrupts import noting_interrupts


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_is_noted_and_stops_nothing() -> None:
    with noting_interrupts() as interrupted:
        assert not interrupted.is_set()
        press_ctrl_c()
        assert interrupted.is_set()


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
