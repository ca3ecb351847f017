"""The trace that the caller's program is in, where it has OpenTelemetry: its requests say which it is."""

from __future__ import annotations

import sys


def trace_headers() -> dict[str, str]:
    """W3C Trace Context (https://www.w3.org/TR/trace-context/) of the current span; empty where there is none.

    OpenTelemetry is never imported for it: a program that has a span has imported it already.
    """
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return {}
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return {}
    headers = {"traceparent": f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"}
    if state := context.trace_state.to_header():
        headers["tracestate"] = state
    return headers
