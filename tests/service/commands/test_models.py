"""latentd models: what a newcomer sees of a bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

from bundles import SENSORS, TOY_VAE, write_bundle
from latentd.cli import main


def test_a_bundle_is_listed_with_shapes_description_and_metrics(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_bundle(tmp_path, TOY_VAE)
    assert main(["models", "--models", str(tmp_path)]) == 0
    head, description, metric = capsys.readouterr().out.splitlines()
    assert head == "toy-vae/1  vae  12 → 5 → 12, 3×4 pictures  120 parameters"
    assert description == "    A bundle made up by the tests"
    assert metric.startswith("    reconstruction error: 0.")
    assert metric == metric.rstrip()


def test_each_file_is_verified_and_what_is_not_listed_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    folder = write_bundle(tmp_path, SENSORS)
    (folder / "notes.txt").touch()
    main(["models", "--models", str(tmp_path)])
    assert "sensors/1" in capsys.readouterr().out
    assert "notes.txt: the manifest does not list it" in caplog.text
    (folder / "latents.npz").write_bytes(b"")
    assert main(["models", "--models", str(tmp_path)]) == 1
    listed, complaints = capsys.readouterr()
    assert listed == ""
    assert f"refused: bundle {folder}: latents.npz: it has 0 bytes" in complaints
