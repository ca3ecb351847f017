"""Requests are part of the trace that their caller is in."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable

import httpx
import numpy as np
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

from bundles import TOY
from latentd.client import AsyncLatentClient, LatentClient
from latentd.client.tracing import trace_headers
from servers import Server

MANY = np.repeat(TOY.inputs(1), 100, axis=0)


class Noting(httpx.HTTPTransport):
    """Notes which trace requests are said to be part of."""

    def __init__(self, sent: list[str | None]) -> None:
        super().__init__()
        self._sent = sent

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._sent.append(request.headers.get("traceparent"))
        return super().handle_request(request)


class NotingLater(httpx.AsyncHTTPTransport):
    """As above."""

    def __init__(self, sent: list[str | None]) -> None:
        super().__init__()
        self._sent = sent

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._sent.append(request.headers.get("traceparent"))
        return await super().handle_async_request(request)


def encode(url: str, sent: list[str | None]) -> None:
    with LatentClient(url, model="toy", chunk_bytes=1000, transport=Noting(sent)) as latent:
        latent.encode(MANY)


def encode_later(url: str, sent: list[str | None]) -> None:
    async def encode() -> None:
        async with AsyncLatentClient(url, model="toy", chunk_bytes=1000, transport=NotingLater(sent)) as latent:
            await latent.encode(MANY)

    asyncio.run(encode())


@pytest.mark.parametrize("encode", [encode, encode_later])
def test_the_trace_of_the_span_is_passed_on_with_each_request(
    server: Server, encode: Callable[[str, list[str | None]], None]
) -> None:
    sent: list[str | None] = []
    encode(server.url, sent)
    assert set(sent) == {None}
    sent.clear()
    with TracerProvider().get_tracer("caller").start_as_current_span("call") as span:
        encode(server.url, sent)
    context = span.get_span_context()
    assert len(sent) > 3, "chunks"
    assert set(sent) == {f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"}


def test_what_others_have_to_say_of_the_trace_is_passed_on_too() -> None:
    state = TraceState([("vendor", "value")])
    span = NonRecordingSpan(SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(0), trace_state=state))
    with trace.use_span(span):
        assert trace_headers() == {"traceparent": f"00-{1:032x}-{2:016x}-00", "tracestate": "vendor=value"}


def test_opentelemetry_is_not_imported_for_it() -> None:
    script = """
import sys
from latentd.client.tracing import trace_headers
print(trace_headers(), 'opentelemetry' in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "{} False\n"
