"""The command line: help that a newcomer can follow, a list of models, and errors in one line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bundles import COLOURS, SENSORS, TOY, TOY_VAE
from latentd import __version__
from latentd.cli import COMMANDS, main
from servers import run_latentd


def output_of(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> tuple[str, str]:
    assert main(arguments) == status
    return capsys.readouterr()


@pytest.mark.parametrize("command", [[], ["serve"], ["models"], ["keys"], ["keys", "new"]])
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    assert "usage: latentd" in capsys.readouterr().out


def test_the_help_lists_every_command_by_its_own_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.findall(r"^    (\w+)(?:  |$)", capsys.readouterr().out, re.MULTILINE)
    assert listed == list(COMMANDS)
    for name in COMMANDS:
        with pytest.raises(SystemExit):
            main([name, "--help"])
        assert capsys.readouterr().out.startswith(f"usage: latentd {name} ")


@pytest.mark.parametrize("option", ["--host", "--port", "--workers", "--models", "--log-level"])
def test_serve_has_the_option_and_explains_it(capsys: pytest.CaptureFixture[str], option: str) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    assert f"  {option} " in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["train"], ["serve", "--port", "http"], ["serve", "--log-level", "loud"]])
def test_a_wrong_command_line_ends_with_usage(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: latentd" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"latentd {__version__}\n"


def test_models_are_listed_with_kind_shapes_and_metrics(
    capsys: pytest.CaptureFixture[str], models_folder: Path
) -> None:
    listed, complaints = output_of(capsys, "models", "--models", str(models_folder))
    assert f"{TOY.name}/1  ae  12 → 2 → 12, 3×4 pictures  48 parameters" in listed
    assert f"{TOY_VAE.name}/1  vae  12 → 5 → 12, 3×4 pictures" in listed
    assert f"{SENSORS.name}/1  ae  13 → 3 → 13  78 parameters" in listed
    assert f"{COLOURS.name}/1  dae  3072 → 5 → 3072, 3×32×32 pictures" in listed
    assert f"{TOY.name}/2" in listed
    assert listed.count("reconstruction error: ") == 5
    assert complaints == ""


def test_a_bad_bundle_is_listed_as_refused_and_the_others_stand(
    capsys: pytest.CaptureFixture[str], models_folder: Path, tmp_path: Path
) -> None:
    models = shutil.copytree(models_folder, tmp_path / "models")
    (models / "sensors" / "1" / "card.md").unlink()
    listed, complaints = output_of(capsys, "models", "--models", str(models), status=1)
    assert "sensors" not in listed
    assert "toy/2" in listed
    assert complaints.startswith("refused: bundle ")
    assert "sensors/1: card.md: " in complaints


def test_no_models_is_an_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, complaint = output_of(capsys, "models", "--models", str(tmp_path), status=1)
    assert complaint == f"latentd: no bundle in {tmp_path} can be served: it holds none\n"


def test_a_wrong_setting_is_named_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENTD_WORKERS", "0")
    _, complaint = output_of(capsys, "serve", status=1)
    assert complaint.startswith("latentd: LATENTD_WORKERS: ")
    assert complaint.count("\n") == 1


def test_python_m_latentd_is_the_command_line(models_folder: Path) -> None:
    done = run_latentd("models", "--models", str(models_folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert "toy/1  ae" in done.stdout
