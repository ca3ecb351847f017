"""Settings: from the environment, when they are made, and documented one by one."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from latentd.errors import SettingsInvalidError
from latentd.settings import PREFIX, Credentials, Settings

GUIDE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_defaults_serve_the_models_folder_on_this_machine_alone() -> None:
    settings = Settings()
    assert (settings.models, settings.host, settings.port) == (Path("models"), "127.0.0.1", 8000)
    assert (settings.workers, settings.default_model, settings.log_level) == (1, None, "info")


SET: list[tuple[str, str, object]] = [
    ("models", "elsewhere", Path("elsewhere")),
    ("default_model", "vae", "vae"),
    ("host", "0.0.0.0", "0.0.0.0"),
    ("port", "9000", 9000),
    ("workers", "3", 3),
    ("log_level", "debug", "debug"),
    ("log_format", "json", "json"),
    ("access_log", "0.01", 0.01),
    ("traces", "true", True),
    ("max_body_bytes", "10", 10),
    ("max_head_bytes", "1024", 1024),
    ("head_seconds", "5", 5),
    ("body_seconds", "6", 6),
    ("keep_alive_seconds", "7", 7),
    ("max_rows", "20", 20),
    ("max_pixels", "30", 30),
    ("max_query_bytes", "300", 300),
    ("max_json_depth", "9", 9),
    ("max_json_values", "100", 100),
    ("max_answer_values", "40", 40),
    ("max_bundle_bytes", "50", 50),
    ("max_run_values", "5000", 5000),
    ("cors_origins", "http://a.example", "http://a.example"),
    ("model_control", "explicit", "explicit"),
    ("api_keys_file", "keys", Path("keys")),
    ("metrics_access", "open", "open"),
    ("tls_certificate", "both.pem", Path("both.pem")),
    ("allow_nonfinite", "true", True),
    ("max_connections", "60", 60),
    ("max_held_bytes", "70", 70),
    ("drain_seconds", "0.5", 0.5),
    ("batching", "false", False),
    ("queue_seconds", "0.1", 0.1),
    ("metrics", "false", False),
    ("metrics_folder", "metrics", Path("metrics")),
]


def test_every_setting_is_tried() -> None:
    assert {field for field, *_ in SET} | {"tls_key"} == set(Settings.model_fields)  # which needs its certificate


@pytest.mark.parametrize(("field", "text", "value"), SET)
def test_a_variable_sets_its_field(monkeypatch: pytest.MonkeyPatch, field: str, text: str, value: object) -> None:
    monkeypatch.setenv(PREFIX + field.upper(), text)
    assert getattr(Settings(), field) == value


def test_a_variable_may_be_written_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("latentd_Port", "9000")
    assert Settings().port == 9000


def test_what_is_no_setting_may_be_a_variable_but_not_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTD_DATA_DIR", "elsewhere")
    assert Settings.read().port == 8000
    with pytest.raises(SettingsInvalidError, match=r"^LATENTD_DATA_DIR: Extra inputs are not permitted"):
        Settings.read(data_dir="elsewhere")


def test_a_key_is_read_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Credentials().key is None
    monkeypatch.setenv("LATENTD_API_KEY", "secret")
    assert Credentials().key == "secret"
    assert "secret" not in repr(Credentials())


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTD_PORT", "9000")
    assert Settings.read(port=9001).port == 9001


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(Settings(), "port", 1)  # noqa: B010 - mypy knows that it does not change


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("port", "99999"),
        ("port", "-1"),
        ("port", "http"),
        ("workers", "0"),
        ("max_body_bytes", "0"),
        ("max_head_bytes", "1023"),
        ("head_seconds", "0"),
        ("body_seconds", "0.5"),
        ("keep_alive_seconds", "0"),
        ("max_rows", "0"),
        ("max_pixels", "many"),
        ("log_level", "x"),
        ("log_format", "xml"),
        ("access_log", "1.5"),
        ("access_log", "-1"),
        ("access_log", "nan"),
        ("traces", "some"),
        ("cors_origins", "https://a.example/"),
        ("cors_origins", "https://a.example, b.example"),
        ("cors_origins", "null"),
        ("model_control", "poll"),
        ("metrics_access", "some"),
        ("allow_nonfinite", "some"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, field: str, text: str
) -> None:
    variable = PREFIX + field.upper()
    monkeypatch.setenv(variable, text)
    with pytest.raises(SettingsInvalidError, match=f"^{variable}: .*; got '{text}'"):
        Settings.read()


def test_origins_stand_between_commas() -> None:
    assert Settings().origins == ()
    assert Settings(cors_origins="").origins == ()
    assert Settings(cors_origins="*").origins == ("*",)
    text = "https://a.example, http://localhost:3000,"
    assert Settings(cors_origins=text).origins == ("https://a.example", "http://localhost:3000")


def test_workers_are_given_the_same_settings() -> None:
    settings = Settings(models=Path("elsewhere"), default_model="vae", port=0, workers=2, max_body_bytes=5)
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_the_guide_has_one_row_for_each_setting_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(LATENTD_\w+)` \| ([^|]*) \|", GUIDE.read_text("utf-8"), re.MULTILINE))
    defaults = {PREFIX + name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert {name: text.strip("` ") for name, text in rows.items()} == {
        name: "" if default is None else str(default) for name, default in defaults.items()
    }


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_explicit_model_control_needs_one_worker() -> None:
    assert Settings.read(model_control="explicit").workers == 1
    with pytest.raises(SettingsInvalidError, match=r"^LATENTD_MODEL_CONTROL: .*LATENTD_WORKERS=1"):
        Settings.read(model_control="explicit", workers=2)


def test_a_private_key_needs_its_certificate() -> None:
    assert Settings.read(tls_key="key.pem", tls_certificate="chain.pem").tls_key == Path("key.pem")
    with pytest.raises(SettingsInvalidError, match=r"^LATENTD_TLS_KEY: .*LATENTD_TLS_CERTIFICATE"):
        Settings.read(tls_key="key.pem")
