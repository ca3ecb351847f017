"""OpenTelemetry: a span for each answered request, and one for each of its phases. Imported where it is on alone."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterable

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.textmap import Getter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.util.types import AttributeValue
from starlette.types import Scope

from latentd import __version__
from latentd.observability.report import Report

FLUSH_SECONDS = 3.0
"""How long the end of the service waits for a collector that takes what is left."""


class Traces:
    """Spans by the conventions for HTTP servers (https://opentelemetry.io/docs/specs/semconv/http/http-spans/).

    What the OTEL_* variables say of the resource, the sampler, the batches and the exporter (OTLP, protobuf over HTTP)
    is done by OpenTelemetry itself. A span is made when its request has been answered: nothing is kept meanwhile, and a
    thread of OpenTelemetry's sends it. One that cannot be sent is lost.
    """

    def __init__(self) -> None:
        own = Resource.create({"service.name": "latentd", "service.version": __version__})
        resource = own.merge(OTELResourceDetector().detect())  # what the environment says of it wins
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("latentd", __version__)

    def tell(self, report: Report) -> None:
        """Record the spans of an answer, where its trace is one that is sampled; note the trace's id in the report."""
        end = time.time_ns()
        start = end - report.ns
        span = self._tracer.start_span(
            f"{report.method} {report.route}" if report.route else report.method,
            context=_context_of(report.scope),
            kind=SpanKind.SERVER,
            attributes=_attributes_of(report),
            start_time=start,
        )
        report.trace_id = trace.format_trace_id(span.get_span_context().trace_id)
        if span.is_recording():
            if report.status >= 500:
                span.set_status(StatusCode.ERROR)
            self._tell_phases(span, report, start)
        span.end(end)

    def _tell_phases(self, request: Span, report: Report, start: int) -> None:
        context = trace.set_span_in_context(request, Context())
        for phase, ns in report.phases.items():
            span = self._tracer.start_span(phase, context=context, start_time=start)
            start += ns
            span.end(start)

    async def end(self) -> None:
        """Send what is left, and wait for that no longer than FLUSH_SECONDS."""
        sending = threading.Thread(target=self._provider.shutdown, name="latentd-traces", daemon=True)
        sending.start()
        await asyncio.to_thread(sending.join, FLUSH_SECONDS)


class _Headers(Getter[Scope]):
    """The headers of an ASGI scope, as propagators read them."""

    def get(self, carrier: Scope, key: str) -> list[str] | None:
        name = key.lower().encode("latin-1")
        return [value.decode("latin-1") for header, value in carrier["headers"] if header == name] or None

    def keys(self, carrier: Scope) -> list[str]:
        return [header.decode("latin-1") for header, _ in carrier["headers"]]


_HEADERS = _Headers()


def _context_of(scope: Scope) -> Context:
    """The span that the client names, as OTEL_PROPAGATORS has it named: by default in W3C's traceparent."""
    return propagate.extract(scope, Context(), _HEADERS)


def _attributes_of(report: Report) -> dict[str, AttributeValue]:
    return dict(_known(report))


def _known(report: Report) -> Iterable[tuple[str, AttributeValue]]:
    scope = report.scope
    yield "http.request.method", report.method
    if report.method != scope["method"]:
        yield "http.request.method_original", scope["method"]
    yield "http.response.status_code", report.status
    yield "url.scheme", scope.get("scheme", "http")
    yield "url.path", scope["path"]
    yield "network.protocol.version", scope.get("http_version", "1.1")
    if report.route:
        yield "http.route", report.route
    if server := scope.get("server"):
        yield "server.address", server[0]
        if server[1] is not None:
            yield "server.port", server[1]
    if report.status >= 500:
        yield "error.type", str(report.status)
    yield from _known_to_latentd(report)


def _known_to_latentd(report: Report) -> Iterable[tuple[str, AttributeValue]]:
    if report.request_id:
        yield "latentd.request_id", report.request_id
    if report.model:
        yield "latentd.model", report.model.manifest.name
        yield "latentd.version", report.model.manifest.version
    if report.graph:
        yield "latentd.graph", report.graph
        yield "latentd.rows", report.rows
