"""TLS by latentd itself: modern alone, and files that cannot be used end the start."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from certificates import make_certificate
from latentd.errors import SettingsInvalidError
from latentd.security.tls import tls_options
from latentd.settings import Settings
from servers import PATIENCE, run_latentd, serving


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_certificate(tmp_path_factory.mktemp("tls") / "good")


@pytest.fixture(scope="module")
def port(settings: Settings, models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where latentd speaks HTTPS."""
    named = {
        "LATENTD_TLS_CERTIFICATE": str(settings.tls_certificate),
        "LATENTD_TLS_KEY": str(settings.tls_key),
        "LATENTD_HEAD_SECONDS": "1",
    }
    with serving(models_folder, tmp_path_factory.mktemp("server") / "log", named) as server:
        assert server.url.startswith("https://127.0.0.1:")
        yield server.port


def test_it_answers_over_https(settings: Settings, port: int) -> None:
    trusted = ssl.create_default_context(cafile=str(settings.tls_certificate))
    with httpx.Client(base_url=f"https://localhost:{port}", verify=trusted) as client:
        answer = client.post("/encode?model=toy", json={"inputs": [0.5] * 12})
        assert (answer.status_code, answer.json()["model"]) == (200, "toy")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_encrypt_with_authentication_and_forward_secrecy(
    settings: Settings, port: int, version: ssl.TLSVersion
) -> None:
    context = ssl.create_default_context(cafile=str(settings.tls_certificate))
    context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(("localhost", port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        name, _, bits = secure.cipher() or ("", "", 0)
    assert "GCM" in name or "CHACHA20" in name
    assert name.startswith(("ECDHE-", "TLS_"))
    assert bits >= 128


def test_ciphers_without_authentication_are_refused(settings: Settings, port: int) -> None:
    context = ssl.create_default_context(cafile=str(settings.tls_certificate))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AES:!AESGCM:!AESCCM")
    with socket.create_connection(("localhost", port)) as plain, pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(plain, server_hostname="localhost")


@pytest.mark.parametrize("said", [b"", b"\x16\x03\x01\x02\x00\x01"], ids=["nothing", "the beginning"])
def test_a_handshake_that_does_not_come_is_waited_for_as_long_as_a_head(port: int, said: bytes) -> None:
    with socket.create_connection(("localhost", port), timeout=PATIENCE) as silent:
        began = time.monotonic()
        silent.sendall(said)
        with suppress(ConnectionResetError):
            assert silent.recv(1) == b""
        assert time.monotonic() - began < 20, "by itself a loop waits for 60 s"


def test_there_is_no_plain_http_beside_it(port: int) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{port}/health/live")


def test_without_a_certificate_there_is_nothing_to_set() -> None:
    assert tls_options(Settings()) == {}


def test_what_cannot_be_used_is_refused_with_its_name(settings: Settings, tmp_path: Path) -> None:
    other = make_certificate(tmp_path / "other")
    locked = make_certificate(tmp_path / "locked", "-passout", "pass:secret")
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("no PEM")
    for wrong, reason in (
        (Settings(tls_certificate=tmp_path / "none.pem"), "none.pem: No such file"),
        (Settings(tls_certificate=nonsense), "nonsense.pem"),
        (settings.model_copy(update={"tls_key": other.tls_key}), "KEY_VALUES_MISMATCH"),
        (locked, "the private key is encrypted"),
    ):
        with pytest.raises(SettingsInvalidError, match=f"^LATENTD_TLS_CERTIFICATE, LATENTD_TLS_KEY: .*{reason}"):
            tls_options(wrong)


def test_it_ends_the_start_with_a_reason(models_folder: Path, tmp_path: Path) -> None:
    named = {"LATENTD_TLS_CERTIFICATE": str(tmp_path / "none.pem"), "LATENTD_LOG_FORMAT": "text"}
    done = run_latentd("serve", "--port", "0", "--models", str(models_folder), settings=named)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("latentd: LATENTD_TLS_CERTIFICATE, LATENTD_TLS_KEY: ")
    assert "Traceback" not in done.stderr
