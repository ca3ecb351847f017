"""A listening socket at its end: whoever has connected is accepted, and nobody else is let in.

Closing it alone resets the connections that the kernel has made and nobody has accepted yet, with the requests on them.
So the kernel is told first to drop what asks for a connection, which a client does again a second later: then another
server listens, or it is refused at once.
"""

from __future__ import annotations

import ctypes
import os
import select
import socket
import struct
import sys
from contextlib import suppress

SO_ATTACH_FILTER = 26  # asm-generic/socket.h, which all but some old processors share; Python does not name it

FLAGS_OFFSET = 13  # of a TCP segment's flags (RFC 9293, section 3.1)
SYN, ACK = 0x02, 0x10
DROP, KEEP = 0, 0xFFFFFFFF

FILTER = (  # classic BPF: operation, how many to skip if so, how many if not, operand
    (0x30, 0, 0, FLAGS_OFFSET),  # take the flags
    (0x54, 0, 0, SYN | ACK),  # of them, these two
    (0x15, 0, 1, SYN),  # is it just the first?
    (0x06, 0, 0, DROP),
    (0x06, 0, 0, KEEP),
)


def let_nobody_in(number: int) -> None:
    """Have the kernel drop what asks the listening socket of this descriptor for a connection, where it can."""
    if not sys.platform.startswith("linux"):
        return
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in FILTER))
    with socket.socket(fileno=os.dup(number)) as listener, suppress(OSError):
        if listener.family in {socket.AF_INET, socket.AF_INET6}:
            option = struct.pack("HP", len(FILTER), ctypes.addressof(program))
            listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, option)


def accept_waiting(number: int, most: int) -> list[socket.socket]:
    """Accept who has connected to the listening socket of this descriptor, `most` at most, and wait for nobody."""
    accepted: list[socket.socket] = []
    with suppress(OSError), socket.socket(fileno=os.dup(number)) as listener:
        while len(accepted) < most and is_somebody_waiting(number):
            accepted.append(listener.accept()[0])
    return accepted


def is_somebody_waiting(number: int) -> bool:
    """Has a client connected that nobody has accepted yet?"""
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))
