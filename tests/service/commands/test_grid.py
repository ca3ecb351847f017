"""latentd grid: its options are the parameters of GET /grid, and so are its answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bundles import TOY_VAE
from latentd.api.grid import GridQuery
from latentd.cli import main
from latentd.commands.grid import MEDIA_TYPES, PARAMETERS


def grid(models: Path, out: Path, *options: str) -> int:
    return main(["grid", "-o", str(out), "--models", str(models), "--model", "toy-vae", *options])


def test_every_parameter_of_a_grid_is_an_option() -> None:
    assert set(PARAMETERS) == set(GridQuery.model_fields) - {"model", "version"}


def test_the_ending_tells_what_is_written(models_folder: Path, tmp_path: Path) -> None:
    size = ["--rows", "2", "--cols", "3", "--dims", "4,0", "--spacing", "linear", "--low=-1", "--high", "1"]
    for ending in MEDIA_TYPES:
        assert grid(models_folder, tmp_path / f"grid{ending.upper()}", *size) == 0
    fields = json.loads((tmp_path / "grid.JSON").read_text("utf-8"))
    assert (fields["model"], fields["dims"], fields["axes"]) == ("toy-vae", [4, 0], [[-1, 0, 1], [1, -1]])
    outputs = np.load(tmp_path / "grid.NPY")
    np.testing.assert_array_equal(outputs, np.array(fields["outputs"], np.float32))
    latents = np.array(fields["latents"], np.float32).reshape(6, 5)
    np.testing.assert_allclose(outputs.reshape(6, 12), TOY_VAE.decode(latents), atol=1e-6)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--rows", "0"], "rows: expected a whole number from 1 to 10, the limit that LATENTD_MAX_ROWS sets; got '0'"),
        (
            ["--cols", "11"],
            "cols: expected a whole number from 1 to 10, the limit that",
        ),
        (["--rows", "4", "--cols", "4"], "got rows=4 times cols=4, which is 16"),
        (["--rows", "2", "--cols", "2", "--dims", "0,5"], "expected dimensions from 0 to 4; got 5"),
        (
            ["--rows", "2", "--cols", "2", "--low", "0.96"],
            "expected levels between 0 and 1, low below high; got low",
        ),
    ],
)
def test_what_http_refuses_is_refused_here_in_the_same_words(
    models_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    complaint: str,
) -> None:
    monkeypatch.setenv("LATENTD_MAX_ROWS", "10")
    assert grid(models_folder, tmp_path / "grid.json", *options) == 1
    assert complaint in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
