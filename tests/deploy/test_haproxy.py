"""The balancer's rules beside the routes that there are; tests/container runs it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from latentd.api.health import Ready
from latentd.app import create_app
from latentd.inference import Registry
from latentd.settings import Settings
from latentd.v2.documents import ServerReady

CONFIGURATION = (Path(__file__).parents[2] / "deploy" / "haproxy" / "haproxy.cfg").read_text("utf-8")
SENT_AGAIN = re.compile("|".join(re.findall(r"acl infers path_reg (\S+)", CONFIGURATION)))


def test_what_is_sent_again_is_what_depends_on_the_request_alone(registry: Registry) -> None:
    paths = create_app(Settings(), registry=registry).openapi()["paths"]
    routes = {re.sub(r"\{version\}", "1", path) for path, methods in paths.items() if "post" in methods}
    again = {path for path in routes if SENT_AGAIN.fullmatch(re.sub(r"\{\w+\}", "ae-mnist.encoder", path))}
    assert again
    assert routes - again == {path for path in routes if path.startswith("/v2/repository/")}


def test_a_request_of_the_largest_head_fits() -> None:
    size = re.search(r"tune\.bufsize (\d+)", CONFIGURATION)
    assert size
    assert int(size[1]) > Settings().max_head_bytes


def test_a_refusal_is_not_sent_again() -> None:
    """Sent again it would multiply an overload; a replica that drains does not refuse."""
    kinds = re.search(r"^ *retry-on (.+)$", CONFIGURATION, re.MULTILINE)
    assert kinds
    assert set(kinds[1].split()) == {"conn-failure", "empty-response"}
    assert "maxconn" not in CONFIGURATION[CONFIGURATION.index("backend replicas") :].partition("server-template")[2]


def test_a_body_is_waited_for_as_long_as_latentd_would() -> None:
    wait = re.search(r"http-request wait-for-body time (\d+)s if METH_POST infers", CONFIGURATION)
    size = re.search(r"tune\.bufsize (\d+)", CONFIGURATION)
    assert wait
    assert size
    assert int(wait[1]) >= max(Settings().body_seconds, int(size[1]) / 1024)  # which takes 1 KiB a second


def test_it_says_in_latentds_words_that_the_service_is_ready() -> None:
    answers = re.findall(
        r"return status 200 content-type application/json string '(.+)' if .* path (\S+) ", CONFIGURATION
    )
    assert {path: json.loads(answer) for answer, path in answers} == {
        "/health/ready": Ready().model_dump(exclude_none=True),
        "/v2/health/ready": ServerReady().model_dump(exclude_none=True),
    }


def test_where_no_replica_is_left_it_says_so_as_latentd_does() -> None:
    answer = re.search(r"http-error status 503 content-type application/problem\+json string '(.+)' hdr", CONFIGURATION)
    assert answer
    problem = json.loads(answer[1])
    assert {"type", "title", "status", "detail"} < problem.keys()
    assert problem["error"] == problem["detail"]  # /v2 has no other field
    assert "hdr Retry-After 1" in CONFIGURATION


def test_its_own_health_is_that_of_what_it_passes_on_to() -> None:
    assert "monitor fail if { nbsrv(replicas) eq 0 }" in CONFIGURATION


def test_metrics_are_not_passed_on_however_they_are_spelt() -> None:
    assert "http-request deny deny_status 404 if { path,url_dec /metrics }" in CONFIGURATION


def test_the_balancer_looks_at_readiness() -> None:
    assert "http-check send meth GET uri /health/ready" in CONFIGURATION
    assert "latentd:8000 check" in CONFIGURATION
