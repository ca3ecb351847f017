"""OpenTelemetry traces, as a collector gets them; and what happens where none is there."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from collector import Collector, attributes_of, collecting
from servers import PATIENCE, Server, environment, serving

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
ROWS = {"inputs": [[0.5] * 12] * 3}
QUICK = {"OTEL_BSP_SCHEDULE_DELAY": "50"}  # milliseconds until spans are sent
Asking = Callable[..., list[Span]]
PHASES = ["read", "queue", "run", "write"]


def traced(url: str, **variables: str) -> dict[str, str]:
    on = {"LATENTD_TRACES": "true", "LATENTD_DEFAULT_MODEL": "toy", "OTEL_EXPORTER_OTLP_ENDPOINT": url}
    return {**on, **QUICK, **variables}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as found:
        yield found


@pytest.fixture(scope="module")
def server(collector: Collector, models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("traces") / "log"
    with serving(models_folder, log, traced(collector.url, LATENTD_ACCESS_LOG="1")) as running:
        yield running


@pytest.fixture
def spans_of(collector: Collector, server: Server) -> Asking:
    """Send one request; give the `count` spans of it, the server's first."""

    def ask(method: str, path: str, count: int, **options: Any) -> list[Span]:
        headers = {"X-Request-ID": str(time.monotonic_ns()), **options.pop("headers", {})}
        httpx.request(method, server.url + path, headers=headers, **options)
        deadline = time.monotonic() + PATIENCE
        while len(found := spans_under(collector, headers["X-Request-ID"])) < count:
            assert time.monotonic() < deadline, found
            time.sleep(0.02)
        assert len(found) == count
        return found

    return ask


def spans_under(collector: Collector, request_id: str) -> list[Span]:
    spans = collector.spans
    own = [span for span in spans if attributes_of(span).get("latentd.request_id") == request_id]
    below = [span for span in spans if own and span.parent_span_id == own[0].span_id]
    return own + sorted(below, key=lambda span: span.start_time_unix_nano)


def test_a_request_is_a_span_by_the_conventions(spans_of: Asking, server: Server, collector: Collector) -> None:
    span, *_ = spans_of("POST", "/encode?version=2", 5, json=ROWS)
    assert (span.name, span.kind, span.status.code) == ("POST /encode", Span.SPAN_KIND_SERVER, Status.STATUS_CODE_UNSET)
    assert span.parent_span_id == b""
    attributes = attributes_of(span)
    del attributes["latentd.request_id"]
    assert attributes == {
        "http.request.method": "POST", "http.response.status_code": 200, "http.route": "/encode", "url.path": "/encode",
        "url.scheme": "http", "network.protocol.version": "1.1", "server.address": "127.0.0.1",
        "server.port": server.port, "latentd.model": "toy", "latentd.version": 2, "latentd.graph": "encoder",
        "latentd.rows": 3,
    }  # fmt: skip
    assert collector.headers[0]["path"] == "/v1/traces"


def test_its_phases_are_spans_below_it_one_behind_the_other(spans_of: Asking) -> None:
    span, *phases = spans_of("POST", "/encode", 5, json=ROWS)
    assert [phase.name for phase in phases] == PHASES
    assert {phase.trace_id for phase in phases} == {span.trace_id}
    assert phases[0].start_time_unix_nano == span.start_time_unix_nano
    for before, after in pairwise(phases):
        assert before.end_time_unix_nano == after.start_time_unix_nano
    assert phases[-1].end_time_unix_nano <= span.end_time_unix_nano
    assert abs(span.end_time_unix_nano / 1e9 - time.time()) < PATIENCE


def test_it_is_part_of_the_clients_trace_and_so_is_the_log(spans_of: Asking, server: Server) -> None:
    span, *_ = spans_of("POST", "/encode", 5, json=ROWS, headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, PARENT)
    assert f'"trace_id":"{TRACE}"' in server.log()


def test_the_log_names_the_traces_that_begin_here(spans_of: Asking, server: Server) -> None:
    span, *_ = spans_of("POST", "/encode", 5, json=ROWS)
    assert f'"trace_id":"{span.trace_id.hex()}"' in server.log()


def test_a_client_that_does_not_sample_is_followed(spans_of: Asking, server: Server, collector: Collector) -> None:
    headers = {"traceparent": f"00-{'a' * 32}-{PARENT}-00"}
    assert httpx.post(f"{server.url}/encode", json=ROWS, headers=headers).is_success
    spans_of("POST", "/encode", 5, json=ROWS)  # which is sent later
    assert bytes.fromhex("a" * 32) not in {span.trace_id for span in collector.spans}


def test_what_fastapi_answers_is_traced_once(spans_of: Asking) -> None:
    (span,) = spans_of("GET", "/models/toy", 1)
    assert (span.name, attributes_of(span)["http.route"]) == ("GET /models/{name}", "/models/{name}")


def test_a_wrong_request_is_no_error_of_the_server(spans_of: Asking) -> None:
    span, *_ = spans_of("POST", "/encode", 1, content=b"{")
    assert (attributes_of(span)["http.response.status_code"], span.status.code) == (400, Status.STATUS_CODE_UNSET)
    assert "error.type" not in attributes_of(span)


def test_a_path_without_a_route_is_named_by_its_method(spans_of: Asking) -> None:
    (span,) = spans_of("GET", "/nothing", 1)
    assert (span.name, "http.route" in attributes_of(span)) == ("GET", False)


def test_the_service_is_latentd_unless_the_environment_says_otherwise(spans_of: Asking, collector: Collector) -> None:
    spans_of("GET", "/models", 1)
    resource = collector.resource()
    assert resource["service.name"] == "latentd"
    assert resource["service.version"]


def test_the_variables_of_opentelemetry_are_honoured_and_the_end_sends_what_is_left(
    models_folder: Path, tmp_path: Path
) -> None:
    variables = {
        "OTEL_SERVICE_NAME": "digits",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test",
        "OTEL_TRACES_SAMPLER": "parentbased_always_off",
        "OTEL_BSP_SCHEDULE_DELAY": "600000",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-team=seven",
    }
    with collecting() as collector:
        with serving(models_folder, tmp_path / "log", traced(collector.url, **variables)) as server:
            httpx.post(f"{server.url}/encode", json=ROWS)
            httpx.post(f"{server.url}/encode", json=ROWS, headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
        assert {span.trace_id.hex() for span in collector.spans} == {TRACE}
        assert len(collector.spans) == 1 + len(PHASES)
        assert collector.resource()["service.name"] == "digits"
        assert collector.resource()["deployment.environment.name"] == "test"
        assert collector.headers[0]["x-team"] == "seven"


@pytest.mark.parametrize("is_silent", [False, True], ids=["nobody listens", "it never answers"])
def test_without_a_collector_all_is_answered_and_the_end_comes(
    models_folder: Path, tmp_path: Path, is_silent: bool
) -> None:
    with socket.socket() as absent:
        absent.bind(("127.0.0.1", 0))
        if is_silent:
            absent.listen()
        url = f"http://127.0.0.1:{absent.getsockname()[1]}"
        with serving(models_folder, tmp_path / "log", traced(url)) as server:
            with httpx.Client() as client:
                assert all(client.post(f"{server.url}/encode", json=ROWS).is_success for _ in range(300))
            ending = time.monotonic()
            server.process.terminate()
            server.process.wait(PATIENCE)
        assert time.monotonic() - ending < 10  # a container gets ten seconds


def test_it_is_off_by_default_and_then_imports_nothing(models_folder: Path, tmp_path: Path) -> None:
    with collecting() as collector:
        settings = {"PYTHONPROFILEIMPORTTIME": "1", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, **QUICK}
        settings["FASTAPI_OTEL_AUTO_CONFIGURE"] = "true"  # with which FastAPI would send traces of its own
        with serving(models_folder, tmp_path / "log", settings) as server:
            assert httpx.get(f"{server.url}/models").is_success
        assert "opentelemetry.sdk" not in server.log()
        assert collector.requests == []


def test_without_the_extra_it_says_what_is_missing(models_folder: Path) -> None:
    hide = "import sys; sys.modules['opentelemetry.sdk.trace'] = None; import latentd.cli as c; sys.exit(c.main())"
    command = [sys.executable, "-c", hide, "serve", "--port", "0", "--models", str(models_folder)]
    env = {"LATENTD_TRACES": "true", "LATENTD_LOG_FORMAT": "text"}
    done = subprocess.run(command, env=environment(env), capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "latentd: this needs opentelemetry.sdk.trace, which is not installed: pip install 'latentd[otel]'\n"
    )
