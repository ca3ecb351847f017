"""Options that several commands have, and what they stand for."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from latentd.errors import FileUnreadableError, ModelNotFoundError, RegistryEmptyError, VersionNotFoundError

if TYPE_CHECKING:
    from latentd.client import LatentClient
    from latentd.commands.remote import RemoteAutoencoder
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
    add_place(command)


def add_place(command: argparse.ArgumentParser, default: Path | None = None) -> None:
    """Where the bundles are: in a folder, or on a server."""
    place = command.add_mutually_exclusive_group()
    shown = "LATENTD_MODELS, else models" if default is None else default
    place.add_argument("--models", type=Path, default=default, help=f"folder of bundles (default: {shown})")
    place.add_argument("--url", help="a server that runs the model instead, such as http://127.0.0.1:8000")
    command.add_argument(
        "--api-key-file", type=Path, metavar="FILE", help="holds the key for that server (default: LATENTD_API_KEY)"
    )


def read_settings(options: argparse.Namespace) -> Settings:
    """The settings of the environment, and the models folder that was named."""
    from latentd.settings import Settings

    return Settings.read(**({} if options.models is None else {"models": options.models}))


@contextmanager
def open_model(
    options: argparse.Namespace, settings: Settings, threads: int | None = None
) -> Iterator[Autoencoder | RemoteAutoencoder]:
    """The model that was named, in this process (see load_model) or on the server that was named."""
    if options.url is None:
        yield load_model(options, settings, threads)
        return
    from latentd.commands.remote import RemoteAutoencoder

    with connect(options) as client:
        yield RemoteAutoencoder(client, options.model, options.version)


def connect(options: argparse.Namespace) -> LatentClient:
    """A client of the server that was named, with the key from the file or from LATENTD_API_KEY.

    Raises FileError where there is no such file, ParameterInvalidError for an address or a key that can be none.
    """
    from latentd.client import LatentClient

    # Batches are under way at once already, as many as there are cores.
    return LatentClient(options.url, api_key=_read_key(options), in_flight=1)


def _read_key(options: argparse.Namespace) -> str | None:
    path: Path | None = options.api_key_file
    if path is None:
        from latentd.settings import Credentials

        return Credentials().key
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadableError(path, getattr(error, "strerror", None) or "no text in UTF-8") from None


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
