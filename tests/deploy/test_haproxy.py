"""The balancer's rules beside the routes that there are; tests/container runs it."""

from __future__ import annotations

import re
from pathlib import Path

from latentd.app import create_app
from latentd.inference import Registry
from latentd.settings import Settings

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


def test_metrics_are_not_passed_on_however_they_are_spelt() -> None:
    assert "http-request deny deny_status 404 if { path,url_dec /metrics }" in CONFIGURATION


def test_the_balancer_looks_at_readiness() -> None:
    assert "http-check send meth GET uri /health/ready" in CONFIGURATION
    assert "latentd:8000 check" in CONFIGURATION
