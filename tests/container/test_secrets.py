"""The stack with deploy/compose/secrets.yml, in a folder of its own, as docs/compose.md has it done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from container.images import REPOSITORY
from container.stack import COMPOSE, execute, number, podman, until

SITE, PROMETHEUS = "http://127.0.0.1:8010", "http://127.0.0.1:9010"
SERVICES = ("latentd", "balancer", "prometheus")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an operator has: the compose files, what they mount, and a folder of secrets."""
    place = tmp_path_factory.mktemp("operator")
    shutil.copy(REPOSITORY / "docker-compose.yml", place)
    shutil.copytree(REPOSITORY / "deploy", place / "deploy")
    execute("install", "--directory", "--mode=700", "--owner=10001", str(place / "secrets" / "latentd"))
    execute(
        "install", "--mode=400", "--owner=472", "/dev/stdin", str(place / "secrets" / "grafana-password"), given="x"
    )
    return place


def keys(place: Path, *arguments: str) -> str:
    """What `latentd keys` says, from the image."""
    mount = f"{place}/secrets/latentd:/keys"
    return podman("run", "--rm", "--volume", mount, "latentd:local", "keys", *arguments, "--file", "/keys/api-keys")


def compose(place: Path, *arguments: str) -> str:
    """What podman-compose says of both files. Docker's own finds these variables in `.env`, too."""
    variables = {
        "COMPOSE_FILE": "docker-compose.yml:deploy/compose/secrets.yml",
        "LATENTD_PUBLISH": SITE.removeprefix("http://"),
        "PROMETHEUS_PUBLISH": PROMETHEUS.removeprefix("http://"),
    }
    return execute(*COMPOSE, "--project-name", "guarded", *arguments, env={**os.environ, **variables}, folder=place)


@pytest.fixture(scope="module")
def key(place: Path) -> Iterator[str]:
    """The key of a stack that asks for one."""
    key = keys(place, "new", "web-shop")
    compose(place, "up", "--detach", "--no-build", "--scale", "latentd=1", *SERVICES)
    until(lambda: httpx.get(f"{SITE}/health/ready", timeout=30).is_success, "the balancer uses the replica")
    yield key
    compose(place, "down", "--volumes", "--timeout", "1")


def status(path: str, **headers: str) -> int:
    return httpx.get(SITE + path, headers=headers, timeout=30).status_code


def test_who_has_a_key_is_let_in_and_nobody_else(key: str) -> None:
    assert status("/models") == 401
    assert status("/models", Authorization="Bearer nonsense") == 401
    assert status("/models", Authorization=f"Bearer {key}") == 200


def test_prometheus_asks_without_a_key_and_nobody_else_can(key: str) -> None:
    until(lambda: number('sum(up{job="latentd"})', PROMETHEUS) == 1, "Prometheus scrapes the replica")
    assert status("/metrics", Authorization=f"Bearer {key}") == 404


def test_a_key_that_is_revoked_opens_nothing_more(key: str, place: Path) -> None:
    keys(place, "new", "other")
    keys(place, "revoke", "web-shop")
    until(lambda: status("/models", Authorization=f"Bearer {key}") == 401, "the replica has read the file again")


def test_grafana_is_given_its_password_by_file(place: Path) -> None:
    """Debian has no Grafana: this is what the two files come to."""
    merged: dict[str, Any] = yaml.safe_load(compose(place, "config"))
    grafana = merged["services"]["grafana"]
    assert grafana["environment"]["GF_SECURITY_ADMIN_PASSWORD__FILE"] == "/run/secrets/grafana-password"
    assert grafana["environment"]["GF_USERS_ALLOW_SIGN_UP"] == "false"  # of the first file
    assert grafana["secrets"] == ["grafana-password"]
    assert (place / merged["secrets"]["grafana-password"]["file"]).stat().st_uid == 472
