"""TLS handshakes that end in time: uvicorn listens, and passes no time on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial


@contextmanager
def handshakes_within(seconds: float) -> Iterator[None]:
    """Servers that the running loop is asked for meanwhile give a client so long for its handshake, and for its end.

    By itself a loop gives them 60 s and 30 s: so long does a client that says nothing keep its descriptor.
    """
    loop = asyncio.get_running_loop()
    patient = partial(loop.create_server, ssl_handshake_timeout=seconds, ssl_shutdown_timeout=seconds)
    loop.create_server = patient  # type: ignore[method-assign]  # of this loop alone, for uvicorn has no other place
    try:
        yield
    finally:
        del loop.create_server  # the class's own is there again
