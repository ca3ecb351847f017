"""Models are exchanged while clients ask, and no client notices but by better answers."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import httpx

from bundles import TOY, newer, write_bundle
from keep_alive import REGULARS, Log, one_of, regulars
from servers import Server, serving
from sockets import wait_until

SECOND, THIRD = newer(TOY), newer(TOY, 3)
VERSIONS = {"1": TOY, "2": SECOND, "3": THIRD}
LOAD = "/v2/repository/models/toy/load"


def check_all_are_answered_by(version: str, log: Log) -> None:
    """From now on, but for what is on its way."""
    seen = log.total()
    wait_until(lambda: log.total() > seen + 2 * REGULARS)
    before = dict(log.answers)
    wait_until(lambda: log.answers[version] > before.get(version, 0) + 5 * REGULARS)
    assert {**log.answers, version: 0} == {**before, version: 0}


def load(server: Server) -> int:
    return httpx.post(server.url + LOAD, timeout=60).status_code


def test_new_versions_are_loaded_while_clients_ask(tmp_path: Path) -> None:
    models = tmp_path / "models"
    write_bundle(models)
    with (
        serving(models, tmp_path / "log", {"LATENTD_MODEL_CONTROL": "explicit"}) as server,
        regulars(server.port, one_of(VERSIONS)) as (log, _),
    ):
        check_all_are_answered_by("1", log)
        write_bundle(models, SECOND)
        assert load(server) == 200
        check_all_are_answered_by("2", log)
        bad = write_bundle(models, THIRD)
        (bad / "encoder.onnx").write_bytes(b"no graph")
        assert load(server) == 400
        check_all_are_answered_by("2", log)
        shutil.rmtree(bad)
        write_bundle(models, THIRD)
        assert load(server) == 200
        check_all_are_answered_by("3", log)
    assert (log.lost, log.wrong) == ([], [])


def test_a_hangup_has_every_worker_load_while_clients_ask(tmp_path: Path) -> None:
    models = tmp_path / "models"
    write_bundle(models)
    with (
        serving(models, tmp_path / "log", {"LATENTD_WORKERS": "2", "LATENTD_LOG_FORMAT": "text"}) as server,
        regulars(server.port, one_of(VERSIONS)) as (log, _),
    ):
        wait_until(lambda: server.log().count(" serves\n") == 2)
        check_all_are_answered_by("1", log)
        write_bundle(models, SECOND)
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: server.log().count("loaded toy: 1, 2") == 2)
        check_all_are_answered_by("2", log)
        (write_bundle(models, THIRD) / "encoder.onnx").write_bytes(b"no graph")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: server.log().count("not loaded: ") == 2)
        check_all_are_answered_by("2", log)
    assert (log.lost, log.wrong) == ([], [])
