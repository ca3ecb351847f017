"""A server that is told to end answers what it has been asked, and loses nobody's request."""

from __future__ import annotations

import signal
import socket
import time
from pathlib import Path

import httpx
import pytest

from bundles import TOY, newer
from keep_alive import REGULARS, one_of, regulars
from servers import PATIENCE, Server, serving
from sockets import Client, chunked, request, wait_until

WORKERS = pytest.mark.parametrize("workers", ["1", "2"])
READY_PATHS = ("/health/ready", "/v2/health/ready")


def readiness(server: Server) -> list[int]:
    return [httpx.get(server.url + path).status_code for path in READY_PATHS]


def connect(server: Server) -> Client:
    return Client(socket.create_connection(("127.0.0.1", server.port)))


@WORKERS
def test_nobody_loses_a_request(models_folder: Path, tmp_path: Path, workers: str) -> None:
    settings = {"LATENTD_DRAIN_SECONDS": "1", "LATENTD_WORKERS": workers}
    with (
        serving(models_folder, tmp_path / "log", settings) as server,
        regulars(server.port, one_of({"2": newer(TOY)})) as (log, wait),
    ):
        wait_until(lambda: log.answers["2"] > 10 * REGULARS)
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: readiness(server) == [503, 503])
        for path in READY_PATHS:
            assert int(httpx.get(server.url + path).headers["retry-after"]) >= 1
        meanwhile = log.answers["2"]
        wait_until(lambda: log.answers["2"] > meanwhile + REGULARS)
        assert server.process.wait(PATIENCE) == 0
        wait()
    assert (log.lost, log.wrong) == ([], [])
    assert log.farewells >= REGULARS * 5 / 6 - 1


@WORKERS
def test_ctrl_c_answers_what_has_been_asked_and_waits_for_nobody(
    models_folder: Path, tmp_path: Path, workers: str
) -> None:
    settings = {"LATENTD_DRAIN_SECONDS": "3600", "LATENTD_WORKERS": workers}
    with serving(models_folder, tmp_path / "log", settings) as server, connect(server) as idle, connect(server) as busy:
        wait_until(lambda: server.log().count("Application startup complete") == int(workers))
        assert idle.ask(request("GET /health/live")).status == 200
        busy.send(request("POST /encode?model=toy", "Transfer-Encoding: chunked", "Expect: 100-continue"))
        assert busy.line().startswith(b"HTTP/1.1 100 ")
        server.process.send_signal(signal.SIGINT)
        assert idle.is_ended()
        wait_until(lambda: server.log().count("Shutting down") == int(workers))
        busy.line()
        busy.send(chunked(b'{"inputs": [0,0,0,0,0,0,0,0,0,0,0,0]}'))
        answer = busy.answer("POST")
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert server.process.wait(PATIENCE) == 0


@WORKERS
@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_it_at_once(
    models_folder: Path, tmp_path: Path, workers: str, second: signal.Signals
) -> None:
    settings = {"LATENTD_DRAIN_SECONDS": "3600", "LATENTD_WORKERS": workers}
    with serving(models_folder, tmp_path / "log", settings) as server:
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: readiness(server) == [503, 503])
        server.process.send_signal(second)
        assert server.process.wait(PATIENCE) == 128 + second
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))


def test_who_asks_nothing_is_not_waited_for_long(models_folder: Path, tmp_path: Path) -> None:
    with serving(models_folder, tmp_path / "log") as server, connect(server) as idle:
        assert idle.ask(request("GET /health/live")).status == 200
        server.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert idle.is_ended()
        assert 0.9 < time.monotonic() - began < PATIENCE
        assert server.process.wait(PATIENCE) == 0
