"""What a server's answers to some chunks are delayed by, whatever order the chunks come in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import httpx
import numpy as np


class Paced(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Hands requests on to their server; a chunk is known by its first value.

    `delays` are seconds until an answer is given; what is in `retry_after` is told to come back in so many seconds.
    """

    def __init__(self, delays: Mapping[float, float], retry_after: Mapping[float, int] | None = None) -> None:
        self._delays = delays
        self._retry_after = retry_after or {}
        self._sync, self._async = httpx.HTTPTransport(), httpx.AsyncHTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        chunk = _first_value(request)
        time.sleep(self._delays.get(chunk, 0))
        return self._refusal(chunk) or self._sync.handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        chunk = _first_value(request)
        await asyncio.sleep(self._delays.get(chunk, 0))
        return self._refusal(chunk) or await self._async.handle_async_request(request)

    def _refusal(self, chunk: float) -> httpx.Response | None:
        seconds = self._retry_after.get(chunk)
        return None if seconds is None else httpx.Response(503, headers={"Retry-After": str(seconds)})

    def close(self) -> None:
        self._sync.close()

    async def aclose(self) -> None:
        await self._async.aclose()


def _first_value(request: httpx.Request) -> float:
    body = request.read()
    return float(np.frombuffer(body, "<f4")[0]) if body else float("nan")
