"""latentd serve: from options to a process that ends when it is told to."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import httpx
import pytest

from servers import PATIENCE, run_latentd, serving


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(models_folder: Path, tmp_path: Path, number: signal.Signals) -> None:
    with serving(models_folder, tmp_path / "log") as server:
        server.process.send_signal(number)
        server.process.wait(PATIENCE)
    assert "Finished server process" in server.log()


def test_options_win_over_variables(models_folder: Path, tmp_path: Path) -> None:
    settings = {"LATENTD_MODELS": "nowhere", "LATENTD_LOG_LEVEL": "critical", "LATENTD_HOST": "192.0.2.1"}
    options = ["--host", "127.0.0.1", "--log-level", "info"]
    with serving(models_folder, tmp_path / "log", settings, options) as server:
        assert httpx.get(f"{server.url}/models").json()["default"] == "colours"


def test_the_log_tells_what_is_served(models_folder: Path, tmp_path: Path) -> None:
    with serving(models_folder, tmp_path / "log", {"LATENTD_DEFAULT_MODEL": "toy"}) as server:
        assert "serving colours/1, sensors/1, toy/1, toy/2, toy-vae/1; default toy; " in server.log()


def test_workers_have_the_settings_too(models_folder: Path, tmp_path: Path) -> None:
    settings = {"LATENTD_DEFAULT_MODEL": "toy", "LATENTD_MAX_BODY_BYTES": "10"}
    with serving(models_folder, tmp_path / "log", settings, ["--workers", "2"]) as server:
        assert httpx.get(f"{server.url}/models").json()["default"] == "toy"
        assert httpx.post(f"{server.url}/encode", json={"inputs": [0.5] * 12}).status_code == 413


def test_the_server_names_neither_itself_nor_its_version(client: httpx.Client) -> None:
    assert "server" not in client.get("/models").headers


def test_a_port_that_is_taken_is_an_error(models_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run_latentd("serve", "--port", str(taken.getsockname()[1]), "--models", str(models_folder))
    assert done.returncode != 0
    assert "address already in use" in done.stderr
    assert "Traceback" not in done.stderr
