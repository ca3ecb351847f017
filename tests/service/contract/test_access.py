"""Access over sockets: keys that come and go while the service runs, in every worker, and never in a log."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from clients import KINDS, Kind, connected
from latentd.client import KeyMissingError, KeyUnknownError, RightMissingError
from latentd.security.keys import Key, KeysFile, Right, new_token
from servers import PATIENCE, Server, run_latentd, serving
from sockets import Client

TOY = {"inputs": [0.5] * 12}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> KeysFile:
    return KeysFile(tmp_path_factory.mktemp("access") / "keys")


def make(file: KeysFile, name: str, right: Right = "infer") -> str:
    token = new_token()
    file.add(Key.of(token, name, [right]))
    return token


@pytest.fixture(scope="module")
def token(file: KeysFile) -> str:
    return make(file, "shop")


@pytest.fixture(scope="module")
def monitor(file: KeysFile) -> str:
    return make(file, "monitor", "metrics")


@pytest.fixture(scope="module")
def guarded(models_folder: Path, file: KeysFile, token: str, monitor: str) -> Iterator[Server]:
    """Two workers that ask for keys, and log all that they would ever log."""
    assert token != monitor
    settings = {"LATENTD_API_KEYS_FILE": str(file.path), "LATENTD_DEFAULT_MODEL": "toy", "LATENTD_LOG_LEVEL": "debug"}
    with serving(models_folder, file.path.with_name("log"), settings, ["--workers", "2"]) as server:
        yield server


def status(server: Server, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.post(f"{server.url}/encode", json=TOY, headers=headers).status_code


def wait_for(server: Server, token: str, expected: int) -> None:
    """Until every worker says so: new connections come to one or the other."""
    deadline, in_a_row = time.monotonic() + PATIENCE, 0
    while in_a_row < 20:
        assert time.monotonic() < deadline
        in_a_row = in_a_row + 1 if status(server, token) == expected else 0


def test_a_key_comes_and_goes_in_every_worker_while_they_run(guarded: Server, file: KeysFile, token: str) -> None:
    new = make(file, "new")
    wait_for(guarded, new, 200)
    file.revoke("new")
    begun = time.monotonic()
    wait_for(guarded, new, 401)
    assert time.monotonic() - begun < 30
    assert status(guarded, token) == 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_is_told_which_key_it_lacks(guarded: Server, token: str, monitor: str, kind: Kind) -> None:
    with connected(kind, guarded.url, api_key=token) as latent:
        assert latent.encode([0.5] * 12).latents.shape == (2,)
    with connected(kind, guarded.url) as latent, pytest.raises(KeyMissingError):
        latent.models()
    with connected(kind, guarded.url, api_key="nobody") as latent, pytest.raises(KeyUnknownError):
        latent.models()
    with connected(kind, guarded.url, api_key=monitor) as latent, pytest.raises(RightMissingError, match="infer"):
        latent.models()


def test_who_has_no_key_is_refused_before_the_body(guarded: Server) -> None:
    head = b"POST /encode HTTP/1.1\r\nHost: h\r\nContent-Length: 10000000\r\n%b\r\n"
    for more in (b"", b"Expect: 100-continue\r\n"):
        with Client(socket.create_connection(("127.0.0.1", guarded.port))) as client:
            answer = client.ask(head % more, "POST")
            assert answer.status == 401
            assert client.is_ended()


def test_keys_are_never_logged(guarded: Server, file: KeysFile, token: str) -> None:
    for path in ("encode", "nowhere", f"models/{'x' * 50}"):
        httpx.post(f"{guarded.url}/{path}", content=b"no JSON", headers={"Authorization": f"Bearer {token}"})
        httpx.post(f"{guarded.url}/{path}", headers={"Authorization": "Bearer latentd_of-somebody-else"})
    log = guarded.log()
    assert "serving" in log
    assert token not in log
    assert "somebody-else" not in log
    assert all(key.digest.hex() not in log for key in file.read())


def test_a_file_that_cannot_be_used_ends_the_start_in_one_line(models_folder: Path, tmp_path: Path) -> None:
    for workers in ("1", "2"):
        settings = {
            "LATENTD_API_KEYS_FILE": str(tmp_path / "none"),
            "LATENTD_WORKERS": workers,
            "LATENTD_LOG_FORMAT": "text",
        }
        done = run_latentd("serve", "--port", "0", "--models", str(models_folder), settings=settings)
        reason = f"the file of API keys {tmp_path / 'none'}: cannot be read: No such file or directory"
        assert (done.returncode, done.stderr) == (1, f"latentd: {reason}\n")
