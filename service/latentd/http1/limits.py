"""What a client may ask of a connection: how long it may take, and how much it may send."""

from __future__ import annotations

from dataclasses import dataclass

HEAD_SETTING = "LATENTD_MAX_HEAD_BYTES"

AWAITED_BYTES = 1 << 18
"""A body up to this size is awaited before the app is asked: it then answers in one go."""

HIGH_WATER_BYTES = 1 << 20
"""Past so much of a body that the app has not taken, no more is read."""

LINGER_SECONDS = 2.0
"""How long a client may go on sending what is not wanted, so that it gets to read why."""

LEAST_BYTES_A_SECOND = 1024
"""A body that comes more slowly is cut off, however long it is."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What can be set. How long a client may be idle is uvicorn's own setting, timeout_keep_alive."""

    head_seconds: float = 15
    """From the first byte of a request until its head is whole."""

    body_seconds: float = 30
    """The same for its body, with a second more for each LEAST_BYTES_A_SECOND; and how long a client that is sent an
    answer may take nothing of it."""

    head_bytes: int = 32 * 1024
    """The largest head, and the largest target in it."""
