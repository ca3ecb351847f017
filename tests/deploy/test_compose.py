"""docker-compose.yml and the Dockerfile, as far as it can be told without running them; tests/container runs them."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from certificates import make_certificate
from latentd import __version__
from latentd.settings import PREFIX, Settings
from servers import Server, environment, serving

REPOSITORY = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text("utf-8"))
SECRETS: dict[str, Any] = yaml.safe_load((REPOSITORY / "deploy" / "compose" / "secrets.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (REPOSITORY / "service" / "Dockerfile").read_text("utf-8")
FOR_EXPORT = {PREFIX + "DATA_DIR"}


def seconds(duration: str) -> int:
    return int(duration.removesuffix("s"))


@pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))
def test_every_service_is_hardened(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:\d+", service["user"])
    assert {"memory", "pids"} <= set(service["deploy"]["resources"]["limits"])
    assert {"privileged", "cap_add", "network_mode", "pid", "ipc"}.isdisjoint(service)


@pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))
def test_what_is_mounted_is_there_and_cannot_be_written(service: dict[str, Any]) -> None:
    for mount in service.get("volumes", []):
        source, _, rest = mount.partition(":")
        if source.startswith("."):
            assert (REPOSITORY / source).exists()
            assert rest.endswith(":ro")
        else:
            assert source in COMPOSE["volumes"]


def test_nothing_is_open_to_other_machines_until_it_is_asked_for() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 3
    for port in ports:
        assert re.fullmatch(r"\$\{[A-Z]+_PUBLISH:-127\.0\.0\.1:\d+\}:\d+", port)


def test_latentd_has_no_way_out() -> None:
    assert SERVICES["latentd"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert "ports" not in SERVICES["latentd"]


def test_images_have_a_version_and_their_registry() -> None:
    for service in SERVICES.values():
        if "build" not in service:
            assert re.fullmatch(r"docker\.io/[a-z]+/[a-z]+:v?\d+(\.\d+)+", service["image"])


def test_images_are_told_their_version_and_revision() -> None:
    for service in SERVICES.values():
        if "build" in service:
            arguments = service["build"]["args"]
            assert arguments["VERSION"] == __version__
            assert arguments["REVISION"] == "${LATENTD_REVISION:-unknown}"
            assert set(arguments) <= set(re.findall(r"\b([A-Z_]+)\b", " ".join(re.findall("ARG .*", DOCKERFILE))))


def test_grafana_reaches_prometheus_and_itself_without_a_proxy() -> None:
    """BusyBox's wget takes http_proxy, and knows no NO_PROXY."""
    grafana = SERVICES["grafana"]
    sources = REPOSITORY / "deploy" / "grafana" / "provisioning" / "datasources" / "prometheus.yml"
    source = urlsplit(yaml.safe_load(sources.read_text("utf-8"))["datasources"][0]["url"])
    for name in ("NO_PROXY", "no_proxy"):
        assert source.hostname in grafana["environment"][name].split(",")
    assert grafana["healthcheck"]["test"][:4] == ["CMD", "env", "http_proxy=", "wget"]


def test_every_variable_is_a_setting() -> None:
    settings = {PREFIX + field.upper() for field in Settings.model_fields}
    given = {name for file in (COMPOSE, SECRETS) for service in file["services"].values()
             for name in service.get("environment", {})}  # fmt: skip
    baked = set(re.findall(r"\b(LATENTD_\w+)=", DOCKERFILE))
    assert {name for name in given | baked if name.startswith(PREFIX)} <= settings | FOR_EXPORT


def test_prometheus_is_let_in_where_there_are_keys() -> None:
    """It shows none: without this it would take every replica for down."""
    assert SECRETS["services"]["latentd"]["environment"]["LATENTD_METRICS_ACCESS"] == "open"


def test_a_replica_has_time_to_drain() -> None:
    latentd = SERVICES["latentd"]
    drain = int(latentd["environment"]["LATENTD_DRAIN_SECONDS"])
    configured = (REPOSITORY / "deploy" / "haproxy" / "haproxy.cfg").read_text("utf-8")
    check = re.search(r"check inter (\d+)s fall (\d+)", configured)
    assert check
    assert int(check[1]) * int(check[2]) < drain  # the balancer has left it by then
    assert drain + Settings().body_seconds < seconds(latentd["stop_grace_period"])


def test_the_dockerfile_copies_what_the_ignore_file_lets_through() -> None:
    lines = (REPOSITORY / ".dockerignore").read_text("utf-8").splitlines()
    passed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {source for line in re.findall(r"^COPY (?!--from)(?:--\S+ )?(.+) \S+$", DOCKERFILE, re.MULTILINE)
              for source in line.split()}  # fmt: skip
    assert copied == passed
    assert all((REPOSITORY / source).exists() for source in copied)


def test_a_replica_that_was_sent_a_signal_is_started_again_when_it_ends() -> None:
    """`docker compose kill --signal HUP` has Docker take a service that restarts `unless-stopped` for a stopped one."""
    guide = (REPOSITORY / "docs" / "compose.md").read_text("utf-8")
    assert "kill --signal" in " ".join(guide.split())
    assert {name: service["restart"] for name, service in SERVICES.items()} == {
        **dict.fromkeys(SERVICES, "always"),
        "export": "no",
    }


def is_healthy(port: int, settings: Mapping[str, str]) -> bool:
    """What the image's HEALTHCHECK finds with these settings, where Docker names a proxy that nobody is at."""
    found = re.search(r"^HEALTHCHECK .* CMD (\[.*\])$", DOCKERFILE.replace("\\\n", ""), re.MULTILINE)
    assert found
    _, *arguments = json.loads(found[1])
    proxies = dict.fromkeys(("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"), "http://127.0.0.1:9")
    named = {"LATENTD_HOST": "127.0.0.1", **settings, **proxies, "LATENTD_PORT": str(port)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment(named), capture_output=True, check=False).returncode == 0


def test_the_health_check_asks_the_service_and_no_proxy(server: Server) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert is_healthy(server.port, {})
        assert is_healthy(server.port, {"LATENTD_HOST": "0.0.0.0"})
        assert not is_healthy(nobody.getsockname()[1], {})


def test_the_health_check_knows_ipv6_and_tls(models_folder: Path, tmp_path: Path) -> None:
    made = make_certificate(tmp_path / "made")
    settings = {
        "LATENTD_HOST": "::",
        "LATENTD_TLS_CERTIFICATE": str(made.tls_certificate),
        "LATENTD_TLS_KEY": str(made.tls_key),
    }
    for some in (settings, {"LATENTD_HOST": "::"}, {**settings, "LATENTD_HOST": "127.0.0.2"}):
        with serving(models_folder, tmp_path / "log", some) as server:
            assert is_healthy(server.port, some), some
            assert not is_healthy(server.port, {**some, "LATENTD_HOST": "127.0.0.3"}), some


def test_the_image_starts_without_a_shell() -> None:
    runtime = DOCKERFILE[DOCKERFILE.index("FROM base AS latentd") :]
    assert 'ENTRYPOINT ["latentd"]' in runtime
    assert 'CMD ["serve"]' in runtime
    assert 'CMD ["python",' in runtime  # the health check's
    assert "USER 10001:10001" in runtime
    assert DOCKERFILE.rindex("FROM ") == DOCKERFILE.index("FROM base AS latentd")  # what is built when nothing is named
