"""How a client reaches its server: what both kinds of clients are made of."""

from __future__ import annotations

import re
from typing import Any

import httpx

from latentd import __version__
from latentd.client.errors import ParameterInvalidError

DEFAULT_URL = "http://127.0.0.1:8000"
"""Where `latentd serve` listens."""

_KEY = re.compile(r"[\x21-\x7e]+")


def connection_options(url: str, api_key: str | None, timeout: float | httpx.Timeout) -> dict[str, Any]:
    """The options for httpx. Raises ParameterInvalidError for what can be no address, key or number of seconds."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ParameterInvalidError.foreseen(f"expected the address of a server; got {url!r}: {error}") from None
    if address.scheme not in ("http", "https") or not address.host:
        raise ParameterInvalidError.foreseen(f"expected an address such as {DEFAULT_URL}; got {url!r}")
    headers = {"User-Agent": f"latentd/{__version__}"}
    if api_key is not None:
        if not _KEY.fullmatch(api_key):  # the key itself is told to nobody
            raise ParameterInvalidError.foreseen("expected an api_key of visible ASCII characters")
        headers["Authorization"] = f"Bearer {api_key}"
    if isinstance(timeout, int | float) and not timeout > 0:
        raise ParameterInvalidError.foreseen(f"expected a timeout of more than 0 seconds; got {timeout}")
    # Without TLS there is no certificate to check, and loading the authorities takes longer than many requests.
    return {"base_url": address, "headers": headers, "timeout": timeout, "verify": address.scheme == "https"}
