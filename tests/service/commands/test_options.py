"""Options that several commands have: which bundle to run, and numbers that begin with a minus."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from bundles import TOY, TOY_VAE, Blueprint, newer, write_bundle
from latentd.cli import main
from latentd.commands.options import join_numbers, whole_number
from viewing import text_in

AE_MNIST = Blueprint(name="ae-mnist", seed=9)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for blueprint in (newer(TOY, 10), newer(TOY, 9), TOY_VAE):
        write_bundle(tmp_path / "models", blueprint)
    return tmp_path / "models"


def drawn_by(models: Path, *options: str) -> tuple[str, str]:
    """The model and version that draw a grid."""
    out = models.parent / "grid.png"
    assert main(["grid", "-o", str(out), "--rows", "1", "--cols", "1", "--models", str(models), *options]) == 0
    text = text_in(out.read_bytes())
    return text["model"], text["version"]


def test_it_is_the_first_by_name_in_its_highest_version(models: Path) -> None:
    assert drawn_by(models) == ("toy", "10")


def test_it_is_ae_mnist_where_there_is_one(models: Path) -> None:
    write_bundle(models, AE_MNIST)
    assert drawn_by(models) == ("ae-mnist", "1")


def test_it_is_the_one_that_a_variable_names(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTD_DEFAULT_MODEL", "toy-vae")
    assert drawn_by(models) == ("toy-vae", "1")
    assert drawn_by(models, "--model", "toy", "--version", "9") == ("toy", "9")


def test_the_folder_may_be_named_by_a_variable(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTD_MODELS", str(models))
    out = models.parent / "latents.npy"
    np.save(models.parent / "in.npy", TOY.inputs(3))
    assert main(["encode", str(models.parent / "in.npy"), "-o", str(out)]) == 0
    np.testing.assert_allclose(np.load(out), newer(TOY, 10).encode(TOY.inputs(3)), atol=1e-6)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--model", "tay"], "no model is named 'tay'; there are toy, toy-vae"),
        (["--model", "toy", "--version", "3"], "model 'toy' has no version 3; there are 9, 10"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(
    models: Path, capsys: pytest.CaptureFixture[str], options: list[str], complaint: str
) -> None:
    assert main(["grid", "-o", str(models.parent / "x.png"), "--models", str(models), *options]) == 1
    assert capsys.readouterr().err == f"latentd: {complaint}\n"


def test_an_empty_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grid", "-o", str(tmp_path / "x.png"), "--models", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"latentd: no bundle in {tmp_path} can be served: it holds none\n"


def test_whole_numbers_begin_at_one() -> None:
    assert whole_number("12") == 12
    with pytest.raises(argparse.ArgumentTypeError, match="a whole number from 1; got 0"):
        whole_number("0")
    with pytest.raises(ValueError, match="invalid literal"):
        whole_number("1.5")


@pytest.mark.parametrize(
    ("arguments", "joined"),
    [
        (["--base", "-1,0.5"], ["--base=-1,0.5"]),
        (["--base", "-.5,-2e-3,+1"], ["--base=-.5,-2e-3,+1"]),
        (["--low", "-3", "--high", "-1.5"], ["--low=-3", "--high=-1.5"]),
        (["--low", "-inf", "--high", "-nan"], ["--low=-inf", "--high=-nan"]),
        (["--base", "1,-2"], ["--base", "1,-2"]),
        (["--base=1", "-2"], ["--base=1", "-2"]),
        (["in.npy", "-2", "-o", "-1.png", "-q"], ["in.npy", "-2", "-o", "-1.png", "-q"]),
        (["--base", "--low", "-o", "-x"], ["--base", "--low", "-o", "-x"]),
        ([], []),
    ],
)
def test_a_list_of_numbers_may_begin_with_a_minus(arguments: list[str], joined: list[str]) -> None:
    assert join_numbers(arguments) == joined
