"""latentd serve | models."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from latentd import __version__
from latentd.errors import BundleError, LatentdError, RegistryEmptyError

if TYPE_CHECKING:
    from latentd.bundle import Manifest

LOG_LEVELS = ("critical", "error", "warning", "info", "debug")

Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 0, or 1 after an error that has been printed."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except LatentdError as error:
        print(f"latentd: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("latentd", description="Serve the latent space of an autoencoder over HTTP.")
    parser.add_argument("--version", action="version", version=f"latentd {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_serve(commands)
    _add_models(commands)
    return parser


def _add_serve(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "serve",
        help="start the service",
        description="Serve every bundle in a models folder. Each option has an environment variable, LATENTD_<OPTION>.",
    )
    command.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    command.add_argument("--port", type=int, help="port to listen on; 0 takes a free one (default: 8000)")
    command.add_argument("--workers", type=int, help="processes that share the port and the cores (default: 1)")
    command.add_argument("--models", type=Path, help="folder of bundles, models/<name>/<version> (default: models)")
    command.add_argument("--log-level", choices=LOG_LEVELS, help="least severe message that is logged (default: info)")
    command.set_defaults(run=_serve)


def _serve(options: argparse.Namespace) -> None:
    from latentd.server import serve
    from latentd.settings import Settings

    names = ("host", "port", "workers", "models", "log_level")
    serve(Settings.read(**{name: value for name in names if (value := getattr(options, name)) is not None}))


def _add_models(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "models",
        help="list the bundles in a models folder",
        description="List the bundles in a models folder with kind, shapes and metrics. Every file is verified.",
    )
    command.add_argument("--models", type=Path, default=Path("models"), help="folder of bundles (default: models)")
    command.set_defaults(run=_list_models)


def _list_models(options: argparse.Namespace) -> None:
    from latentd.bundle import find_bundles, read_bundle

    refused: list[BundleError] = []
    folders = find_bundles(options.models)
    for folder in folders:
        try:
            print(_describe(read_bundle(folder).manifest))
        except BundleError as error:
            refused.append(error)
            print(f"refused: {error}", file=sys.stderr)
    if len(refused) == len(folders):
        raise RegistryEmptyError(options.models, refused)


def _describe(manifest: Manifest) -> str:
    picture = f", {'×'.join(map(str, manifest.picture_shape))} pictures" if manifest.picture_shape else ""
    shapes = f"{manifest.input_dim} → {manifest.latent_dim} → {manifest.input_dim}{picture}"
    head = f"{manifest.name}/{manifest.version}  {manifest.kind}  {shapes}  {manifest.parameters:,} parameters"
    metrics = (f"    {metric.name}: {metric.value:.4g} {metric.unit}".rstrip() for metric in manifest.metrics)
    return "\n".join([head, f"    {manifest.description}", *metrics])
