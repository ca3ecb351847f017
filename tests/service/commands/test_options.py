"""Options that several commands have."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from latentd.commands.options import add_model, join_numbers, load_model, read_settings, whole_number
from latentd.errors import ModelNotFoundError, RegistryEmptyError, VersionNotFoundError


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


def options_for(models: Path, *arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_model(parser)
    return parser.parse_args([*arguments, "--models", str(models)])


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [([], ("colours", 1)), (["--model", "toy"], ("toy", 2)), (["--model", "toy", "--version", "1"], ("toy", 1))],
)
def test_the_named_model_is_loaded(models_folder: Path, arguments: list[str], loaded: tuple[str, int]) -> None:
    options = options_for(models_folder, *arguments)
    manifest = load_model(options, read_settings(options), threads=1).manifest
    assert (manifest.name, manifest.version) == loaded


def test_what_is_not_there_is_told(models_folder: Path, tmp_path: Path) -> None:
    for arguments, error in ((["--model", "x"], ModelNotFoundError), (["--version", "9"], VersionNotFoundError)):
        options = options_for(models_folder, *arguments)
        with pytest.raises(error):
            load_model(options, read_settings(options))
    options = options_for(tmp_path)
    with pytest.raises(RegistryEmptyError):
        load_model(options, read_settings(options))


def test_whole_numbers_begin_with_one() -> None:
    assert whole_number("1") == 1
    for text in ("0", "-1"):
        with pytest.raises(argparse.ArgumentTypeError, match="expected a whole number from 1"):
            whole_number(text)
    with pytest.raises(ValueError, match="invalid literal"):
        whole_number("one")
