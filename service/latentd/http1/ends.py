"""The two ends of a connection, as ASGI's scopes tell of them."""

from __future__ import annotations

import asyncio
from typing import Any


def facts_of(transport: asyncio.BaseTransport) -> dict[str, Any]:
    """The server's address, the client's, and whether what goes between them is encrypted."""
    return {
        "server": _address(transport.get_extra_info("sockname")),
        "client": _address(transport.get_extra_info("peername")),
        "scheme": "https" if transport.get_extra_info("sslcontext") else "http",
    }


def _address(name: Any) -> tuple[str, int | None] | None:
    """Host and port of a socket, or the path of a Unix socket that has one."""
    if isinstance(name, str):
        return (name, None) if name else None
    return (str(name[0]), int(name[1])) if isinstance(name, tuple) else None
