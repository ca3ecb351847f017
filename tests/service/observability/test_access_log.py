"""The access log: a share of all that was answered, each failure, and of refusals no flood."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from asking import ask
from latentd.app import Latentd, create_app
from latentd.inference import Registry
from latentd.observability.access_log import MOST_REFUSALS, AccessLog
from latentd.observability.log_fields import FIELDS
from latentd.observability.report import Report
from latentd.security.keys.key import Key
from latentd.security.keys.keys_file import KeysFile
from latentd.settings import Settings

TOY = {"inputs": [[0.5] * 12] * 3}
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture(autouse=True)
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "latentd.access")
    return caplog


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    records = [record for record in caplog.records if record.name == "latentd.access"]
    return [
        {"level": record.levelname, "message": record.getMessage(), **getattr(record, FIELDS)} for record in records
    ]


def report(status: int = 200, route: str = "/encode") -> Report:
    return Report({"method": "POST", "headers": []}, route, status, 1_234_567)


def serving(registry: Registry, share: float) -> Latentd:
    return create_app(Settings(access_log=share), registry=registry)


def test_by_default_nothing_is_told(registry: Registry, told: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings(), registry=registry)
    assert ask(app, "POST", "/encode?model=toy", json=TOY).is_success
    assert ask(app, "GET", "/nothing").status_code == 404
    assert lines(told) == []


def test_a_line_has_the_request_the_model_and_the_phases(registry: Registry, told: pytest.LogCaptureFixture) -> None:
    headers = {"X-Request-ID": "seven", "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01", "Authorization": "secret"}
    assert ask(serving(registry, 1), "POST", "/encode?model=toy&version=2", json=TOY, headers=headers).is_success
    (line,) = lines(told)
    times = {name: line.pop(name) for name in ("read_ms", "queue_ms", "run_ms", "write_ms", "duration_ms")}
    assert line == {
        "level": "INFO", "message": "POST /encode 200", "request_id": "seven", "trace_id": TRACE, "method": "POST",
        "route": "/encode", "status": 200, "model": "toy", "version": 2, "graph": "encoder", "rows": 3,
    }  # fmt: skip
    assert all(ms >= 0 for ms in times.values())
    assert 0 < sum(times[name] for name in times if name != "duration_ms") <= times["duration_ms"] + 0.01


def test_what_fastapi_answers_is_told_too(registry: Registry, told: pytest.LogCaptureFixture) -> None:
    app = serving(registry, 1)
    ask(app, "GET", "/models/toy")
    ask(app, "GET", "/a%0ab")
    first, second = lines(told)
    assert (first["message"], first["route"], first["status"]) == ("GET /models/{name} 200", "/models/{name}", 200)
    assert (second["message"], "route" in second) == ("GET - 404", False)
    assert first["duration_ms"] > 0


def test_who_is_refused_for_want_of_a_key_is_told_of(
    models_folder: Path, tmp_path: Path, told: pytest.LogCaptureFixture
) -> None:
    KeysFile(tmp_path / "keys").add(Key.of("token", "shop", ["metrics"]))
    registry = Registry.load(models_folder, default="toy", threads=1)
    app = create_app(Settings(access_log=1, api_keys_file=tmp_path / "keys"), registry=registry)
    ask(app, "GET", "/models")
    ask(app, "GET", "/models", headers={"Authorization": "Bearer token"})
    assert [(line["status"], line.get("key")) for line in lines(told)] == [(401, None), (403, "shop")]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.25, 0.5, 1.0])
def test_the_share_is_exact(share: float, told: pytest.LogCaptureFixture) -> None:
    log = AccessLog(share)
    for _ in range(1000):
        log.tell(report())
    assert len(lines(told)) == pytest.approx(1000 * share, abs=2)


def test_what_comes_in_turn_is_told_alike(told: pytest.LogCaptureFixture) -> None:
    log = AccessLog(0.5)
    for number in range(1000):
        log.tell(report(route="/encode" if number % 2 else "/decode"))
    encoded = sum(line["route"] == "/encode" for line in lines(told))
    assert encoded == pytest.approx(len(lines(told)) / 2, abs=10)


def test_every_failure_is_told(told: pytest.LogCaptureFixture) -> None:
    log = AccessLog(0)
    for _ in range(50):
        log.tell(report(500))
    assert [line["level"] for line in lines(told)] == ["ERROR"] * 50


def test_of_many_refusals_some_are_told_and_the_others_counted(
    told: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, now = AccessLog(0), 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    for _ in range(1000):
        log.tell(report(503))
    assert [line["level"] for line in lines(told)] == ["WARNING"] * MOST_REFUSALS
    now = 101.0
    log.tell(report(503))
    assert lines(told)[-1]["omitted"] == 1000 - MOST_REFUSALS


def test_of_what_is_no_request_some_is_told_whatever_the_share(
    told: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, now = AccessLog(0), 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    for _ in range(1000):
        log.tell_unheard(431, "too large", "10.0.0.7")
    assert (
        lines(told)
        == [
            {
                "level": "INFO",
                "message": "- - 431: too large",
                "status": 431,
                "reason": "too large",
                "client": "10.0.0.7",
            }
        ]
        * MOST_REFUSALS
    )
    log.tell(report(503))
    assert lines(told)[-1]["status"] == 503, "they do not crowd each other out"
    now = 101.0
    log.tell_unheard(503, "busy", None)
    assert lines(told)[-1] == {
        "level": "WARNING", "message": "- - 503: busy", "status": 503, "reason": "busy", "omitted": 1000 - MOST_REFUSALS
    }  # fmt: skip


def test_a_preflight_is_told_and_counted(registry: Registry, told: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings(access_log=1, cors_origins="https://a.example"), registry=registry)
    for origin in ("https://a.example", "https://b.example"):
        ask(app, "OPTIONS", "/encode", headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
    assert [(line["message"], line["status"]) for line in lines(told)] == [
        ("OPTIONS preflight 200", 200), ("OPTIONS preflight 400", 400)
    ]  # fmt: skip
    assert all(line["request_id"] for line in lines(told))
    assert ask(app, "OPTIONS", "/encode").status_code == 405
    assert app.service.statistics.requests["preflight", "", 200] == 1
    assert lines(told)[-1]["status"] == 405


def test_a_fault_of_the_service_is_told_with_its_request(
    registry: Registry, told: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("the fault")

    app = create_app(Settings(), registry=registry)
    monkeypatch.setattr(app.service.scheduler, "run_rows", fail)
    headers = {"X-Request-ID": "seven", "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    assert ask(app, "POST", "/encode?model=toy", json=TOY, headers=headers).status_code == 500
    (line,) = lines(told)
    assert (line["request_id"], line["trace_id"], line["status"]) == ("seven", TRACE, 500)
    (fault,) = [record for record in told.records if record.name == "latentd.problems"]
    assert getattr(fault, FIELDS) == {"request_id": "seven", "trace_id": TRACE}
    assert "ZeroDivisionError: the fault" in told.text
