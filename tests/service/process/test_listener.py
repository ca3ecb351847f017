"""A listening socket at its end."""

from __future__ import annotations

import socket
import sys

import pytest

from latentd.process.listener import is_somebody_waiting, let_nobody_in


def test_who_is_connected_is_accepted_and_nobody_is_let_in() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert not is_somebody_waiting(listener.fileno())
        with socket.create_connection(listener.getsockname()) as early:
            let_nobody_in(listener.fileno())
            assert is_somebody_waiting(listener.fileno())
            early.sendall(b"early")
            with listener.accept()[0] as accepted:
                assert accepted.recv(5) == b"early"
        if sys.platform.startswith("linux"):
            with pytest.raises(TimeoutError):
                socket.create_connection(listener.getsockname(), 0.1)
            assert not is_somebody_waiting(listener.fileno())


def test_a_socket_that_is_no_ports_lets_everybody_in() -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("")  # the kernel chooses a name that is no file
        listener.listen()
        let_nobody_in(listener.fileno())
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(listener.getsockname())
            assert is_somebody_waiting(listener.fileno())
