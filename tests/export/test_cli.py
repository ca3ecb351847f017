from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from latentd.bundle import manifest_schema, read_manifest
from latentd_export.cli import COMMANDS, main
from latentd_export.datasets import Dataset

RECIPE = """
name = "mine"
kind = "{kind}"
description = "Digits, as if they were somebody's own vectors."

[dataset]
name = "vectors"
title = "some digits"
train = "digits.npz"
held_out = "others.npz"
value_range = [0, 1]
picture_shape = [28, 28]
validation = 100

[architecture]
hidden = [24]
latent_dim = 2
activation = "tanh"

[objective]
reconstruction = "squared-error"

[schedule]
learning_rate = {rate}
epochs = {epochs}
batch_size = 64
weight_decay = 0.01
"""


@pytest.fixture
def workplace(tmp_path: Path, subset: Dataset, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a recipe and real digits in files of its own; the current one."""
    assert subset.training_labels is not None
    assert subset.held_out_labels is not None
    np.savez(tmp_path / "digits.npz", inputs=subset.training, labels=subset.training_labels)
    np.savez(tmp_path / "others.npz", inputs=subset.held_out, labels=subset.held_out_labels)
    write_recipe(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_recipe(folder: Path, kind: str = "ae", epochs: int = 2, rate: float = 3e-3) -> None:
    (folder / "mine.toml").write_text(RECIPE.format(kind=kind, epochs=epochs, rate=rate), encoding="utf-8")


def test_train_writes_a_bundle_that_verify_confirms(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "mine.toml", "--quiet"]) == 0
    assert "reconstruction_error" in capsys.readouterr().out
    assert main(["verify", "models/mine", "--data-dir", str(workplace)]) == 0
    out = capsys.readouterr().out
    assert all(step in out for step in ("digests", "golden", "graphs", "parity", "figures"))


def test_a_vae_is_trained_with_its_rival(workplace: Path) -> None:
    write_recipe(workplace, "vae")
    assert main(["train", "mine.toml", "--quiet", "--epochs", "1", "--seed", "7"]) == 0
    manifest = read_manifest(workplace / "models" / "mine" / "1")
    assert (manifest.kind, manifest.provenance.seed, manifest.provenance.epochs) == ("vae", 7, 1)
    assert {path.name for path in (workplace / ".checkpoints" / "mine").iterdir()} == {"model.pt", "plain.pt"}


def test_export_makes_the_same_graphs_out_of_a_checkpoint(workplace: Path) -> None:
    assert main(["train", "mine.toml", "--quiet"]) == 0
    assert main(["export", ".checkpoints/mine/model.pt", "--data-dir", str(workplace)]) == 0
    first, second = (read_manifest(workplace / "models" / "mine" / version).files for version in ("1", "2"))
    assert all(first[name] == second[name] for name in ("encoder.onnx", "decoder.onnx", "golden.json", "latents.npz"))


@pytest.mark.usefixtures("workplace")
def test_verify_without_data_checks_what_it_can(capsys: pytest.CaptureFixture[str]) -> None:
    main(["train", "mine.toml", "--quiet"])
    assert main(["verify", "models/mine", "--no-data"]) == 0
    assert "left out" in capsys.readouterr().out


def test_verify_refuses_a_bundle_with_a_flipped_byte(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["train", "mine.toml", "--quiet"])
    path = workplace / "models" / "mine" / "1" / "decoder.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert main(["verify", "models/mine", "--no-data"]) == 1
    assert "decoder.onnx" in capsys.readouterr().err


def test_a_run_that_diverges_writes_no_bundle(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = np.load(workplace / "digits.npz")["inputs"]
    np.savez(workplace / "digits.npz", inputs=data * 1e15)
    text = (workplace / "mine.toml").read_text().replace("value_range = [0, 1]\n", "").replace("3e-3", "1e6")
    (workplace / "mine.toml").write_text(text.replace("0.003", "1e6"))
    assert main(["train", "mine.toml", "--quiet", "--epochs", "20"]) == 1
    assert "schedule.learning_rate" in capsys.readouterr().err
    assert not (workplace / "models").exists()


def test_ctrl_c_saves_the_state_and_resume_ends_with_the_same_model(workplace: Path) -> None:
    write_recipe(workplace, epochs=60)
    command = [sys.executable, "-m", "latentd_export", "train", "mine.toml"]
    with subprocess.Popen(command, cwd=workplace, stderr=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stderr is not None
        seen = ""
        while "epoch 3/" not in seen:  # the bar itself says how far the run is
            character = process.stderr.read(1)
            assert character, seen
            seen += character
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume" in rest
    assert "Traceback" not in rest
    assert not (workplace / "models").exists()
    assert main(["train", "mine.toml", "--quiet", "--resume"]) == 0
    assert main(["train", "mine.toml", "--quiet", "--checkpoints", "elsewhere"]) == 0
    first, second = (read_manifest(workplace / "models" / "mine" / version).files for version in ("1", "2"))
    assert all(first[name] == second[name] for name in ("encoder.onnx", "decoder.onnx"))


def test_resume_leaves_a_finished_training_alone_and_says_how_to_export_it(
    workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_recipe(workplace, "vae", epochs=1)
    assert main(["train", "mine.toml", "--quiet", "--resume"]) == 0
    capsys.readouterr()
    assert main(["train", "mine.toml", "--quiet", "--resume"]) == 0
    said = capsys.readouterr().out
    assert "all 1 epochs in .checkpoints/mine/model.pt are done" in said
    assert "`latentd-export export .checkpoints/mine/model.pt`" in said
    assert [path.name for path in (workplace / "models" / "mine").iterdir()] == ["1"]


def test_resume_trains_the_rival_that_is_still_missing(workplace: Path) -> None:
    write_recipe(workplace, "vae", epochs=1)
    main(["train", "mine.toml", "--quiet"])
    (workplace / ".checkpoints" / "mine" / "plain.pt").unlink()
    assert main(["train", "mine.toml", "--quiet", "--resume"]) == 0
    assert (workplace / "models" / "mine" / "2").is_dir()


def environment() -> dict[str, str]:
    folders = [str(Path(__file__).parents[2] / name) for name in ("service", "export")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(folders)}


@pytest.mark.usefixtures("workplace")
def test_the_bar_shows_epoch_loss_validation_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "mine.toml"]) == 0
    bar = capsys.readouterr().err
    assert all(word in bar for word in ("mine: epoch 2/2", "loss=", "validation=", "<"))


def test_summary_prints_the_promised_table_without_data(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LATENTD_DATA_DIR", str(tmp_path))
    assert main(["summary", "ae-mnist"]) == 0
    out = capsys.readouterr().out
    assert all(number in out for number in ("50,240", "50,370", "51,152", "101,522"))


def test_fetch_names_the_files(mnist_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "mnist", "--data-dir", str(mnist_dir)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_the_schema_in_the_repository_is_that_of_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "-"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed) == manifest_schema()
    stored = Path(__file__).parents[2] / "models" / "manifest.schema.json"
    assert stored.read_text(encoding="utf-8") == printed


@pytest.mark.parametrize("command", [name for name, *_ in COMMANDS])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) > 5


@pytest.mark.parametrize(
    "arguments",
    [["train", "absent.toml"], ["export", "absent.pt"], ["verify", "absent"], ["summary", "absent"]],
)
def test_a_mistake_gets_a_sentence_and_no_traceback(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert "absent" in error
    assert "Traceback" not in error
