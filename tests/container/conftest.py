"""The stack, started once as an operator starts it. These tests need the namespaces of scripts/container-test."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import numpy as np
import pytest

from container.crowd import Crowd
from container.images import REPOSITORY
from container.stack import SITE, compose, in_use, replicas, until

REPLICAS = 3
SERVICES = ("latentd", "balancer", "prometheus")  # Debian has no package of Grafana to stand in for its image


@pytest.fixture(scope="session")
def seven() -> bytes:
    """A digit as raw float32."""
    return (REPOSITORY / "examples" / "seven.f32").read_bytes()


@pytest.fixture(scope="session")
def stack(seven: bytes) -> Iterator[None]:
    """Three replicas, the balancer and Prometheus, which has measurements of every kind of question."""
    compose("up", "--detach", "--no-build", "--scale", f"latentd={REPLICAS}", *SERVICES)
    assert len(replicas()) == REPLICAS
    until(lambda: in_use() == REPLICAS, "the balancer uses all replicas")
    pixels = np.frombuffer(seven, np.float32).tolist()
    for body, route in (({"inputs": [pixels] * 3}, "/reconstruct"), ({"latents": [0.0, 0.0]}, "/decode")):
        httpx.post(SITE + route, json=body, timeout=30).raise_for_status()
    yield
    compose("down", "--volumes")


@pytest.fixture
def crowd(stack: None, seven: bytes) -> Crowd:  # noqa: ARG001 - it has to run
    """Clients of the balancer that want to encode, and have begun to when they are entered."""
    until(lambda: in_use() == REPLICAS, "the balancer uses all replicas")
    return Crowd(SITE.removeprefix("http://"), "/encode", seven)


@pytest.fixture(scope="session")
def dashboard() -> dict[str, object]:
    content: dict[str, object] = json.loads(
        (REPOSITORY / "deploy" / "grafana" / "dashboards" / "latentd.json").read_text("utf-8")
    )
    return content
