"""Options that several commands have, and what they stand for."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from latentd.errors import ModelNotFoundError, RegistryEmptyError, VersionNotFoundError

if TYPE_CHECKING:
    from latentd.inference import Autoencoder
    from latentd.settings import Settings

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

_NEGATIVE = re.compile(r"-[\d.][\d.,eE+-]*|-inf|-nan")


def join_numbers(arguments: Sequence[str]) -> list[str]:
    """`--base -1,0.5` -> `--base=-1,0.5`: argparse takes for an option what begins with a minus."""
    joined: list[str] = []
    for argument in arguments:
        if joined and re.fullmatch(r"--[a-z-]+", joined[-1]) and _NEGATIVE.fullmatch(argument):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def add_model(command: argparse.ArgumentParser) -> None:
    """Which bundle to run."""
    command.add_argument("--model", metavar="NAME", help="the model (default: LATENTD_DEFAULT_MODEL, else ae-mnist)")
    command.add_argument("--version", type=whole_number, metavar="N", help="its version (default: the highest)")
    command.add_argument("--models", type=Path, help="folder of bundles (default: LATENTD_MODELS, else models)")


def read_settings(options: argparse.Namespace) -> Settings:
    """The settings of the environment, and the models folder that was named."""
    from latentd.settings import Settings

    return Settings.read(**({} if options.models is None else {"models": options.models}))


def load_model(options: argparse.Namespace, settings: Settings, threads: int | None = None) -> Autoencoder:
    """The model that was named, with so many threads for each batch (default: every usable core).

    Without a name it is the default model, as over HTTP. Raises RegistryEmptyError, ModelNotFoundError or
    VersionNotFoundError, or BundleError.
    """
    from latentd.bundle import find_bundles
    from latentd.inference import Autoencoder
    from latentd.inference.registry import default_among

    folders = find_bundles(settings.models)
    names = sorted({folder.parent.name for folder in folders})
    if not names:
        raise RegistryEmptyError(settings.models, [])
    name = options.model or settings.default_model or default_among(names)
    versions = [int(folder.name) for folder in folders if folder.parent.name == name]
    if not versions:
        raise ModelNotFoundError(name, names)
    version = max(versions) if options.version is None else options.version
    if version not in versions:
        raise VersionNotFoundError(name, version, versions)
    return Autoencoder.load(settings.models / name / str(version), threads)


def whole_number(text: str) -> int:
    """A number from 1; argparse tells the user when it is none."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1; got {text}")
    return number
