"""latentd serve: options that were given win over variables, others leave them as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from latentd import server
from latentd.cli import main
from latentd.settings import Settings


def settings_of(monkeypatch: pytest.MonkeyPatch, *options: str) -> Settings:
    served: list[Settings] = []
    monkeypatch.setattr(server, "serve", served.append)
    assert main(["serve", *options]) == 0
    (settings,) = served
    return settings


def test_without_options_it_serves_with_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_of(monkeypatch) == Settings()


def test_options_become_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    options = ["--host", "::1", "--port", "0", "--workers", "3", "--models", "here", "--log-level", "debug"]
    settings = settings_of(monkeypatch, *options)
    assert (settings.host, settings.port, settings.workers) == ("::1", 0, 3)
    assert (settings.models, settings.log_level) == (Path("here"), "debug")


def test_a_variable_stands_where_no_option_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTD_PORT", "1234")
    monkeypatch.setenv("LATENTD_HOST", "192.0.2.1")
    settings = settings_of(monkeypatch, "--port", "4321")
    assert (settings.port, settings.host) == (4321, "192.0.2.1")


@pytest.mark.parametrize("options", [["--port", "65536"], ["--workers", "0"]])
def test_a_value_that_is_not_allowed_starts_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    monkeypatch.setattr(server, "serve", lambda _settings: pytest.fail("it was started"))
    assert main(["serve", *options]) == 1
    assert capsys.readouterr().err.startswith(f"latentd: LATENTD_{options[0][2:].upper()}: ")
