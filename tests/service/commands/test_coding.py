"""latentd encode, decode, reconstruct: what their options mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bundles import TOY, TOY_VAE
from latentd.cli import main


@pytest.fixture
def folder(tmp_path: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a user stands, with inputs for both toys."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LATENTD_MODELS", str(models_folder))
    np.save("in.npy", TOY.inputs(7))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert main(arguments) == status
    said: str = capsys.readouterr().err
    return said


ENCODE = ("encode", "in.npy", "-o", "out.npy", "--model", "toy-vae")


def test_a_draw_tells_the_seed_that_makes_it_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, *ENCODE, "--sample")
    drawn = np.load(folder / "out.npy")
    run(capsys, *ENCODE, "--sample", "--seed", said.removeprefix("seed: ").strip())
    np.testing.assert_array_equal(np.load(folder / "out.npy"), drawn)
    assert not np.allclose(drawn, TOY_VAE.encode(TOY.inputs(7)))


@pytest.mark.parametrize("size", ["1", "3", "100"])
def test_how_rows_are_batched_makes_no_difference(folder: Path, capsys: pytest.CaptureFixture[str], size: str) -> None:
    assert run(capsys, *ENCODE, "--batch-size", size) == ""
    np.testing.assert_allclose(np.load(folder / "out.npy"), TOY_VAE.encode(TOY.inputs(7)), atol=1e-6)


def test_latents_become_outputs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    latents = TOY_VAE.encode(TOY.inputs(4))
    np.save("latents.npy", latents)
    run(capsys, "decode", "latents.npy", "-o", "out.npy", "--model", "toy-vae")
    np.testing.assert_allclose(np.load(folder / "out.npy"), TOY_VAE.decode(latents), atol=1e-6)


def test_a_threshold_says_which_rows_stand_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "reconstruct", "in.npy", "-o", "out.npz", "--model", "toy", "--threshold", "50")
    with np.load(folder / "out.npz") as columns:
        np.testing.assert_array_equal(columns["anomalous"], columns["percentiles"] > 50)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((*ENCODE, "--seed", "1"), "--seed goes with --sample"),
        ((*ENCODE, "--sample", "--seed", "-1"), "expected a seed from 0 to 9223372036854775807; got -1"),
        (
            ("encode", "in.npy", "-o", "o.npy", "--model", "toy", "--sample"),
            "model 'toy' has no posterior",
        ),
        (
            ("reconstruct", "in.npy", "-o", "o.npz", "--threshold", "101"),
            "a percentile from 0 to 100; got 101",
        ),
        (("decode", "in.npy", "-o", "o.npy", "--model", "toy"), "in.npy: "),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_written(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], complaint: str
) -> None:
    said = run(capsys, *arguments, status=1)
    assert complaint in said
    assert said.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == ["in.npy"]
